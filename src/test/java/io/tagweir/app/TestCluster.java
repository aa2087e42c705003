package io.tagweir.app;

import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker, a schema registry and a temporary directory for the tests of one class. Each test has {@link Deployment}s
 * of its own. What they opened is closed when the test ends.
 */
final class TestCluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable LocalCluster cluster;
    private @Nullable Path dir;

    /**
     * Creates the topics of a deployment, each named after it.
     *
     * @param name unique within the class; also the application id
     * @param settings lines of {@code key=value}
     */
    Deployment deployment(String name, String... settings) {
        return deployment(cluster(), name, settings);
    }

    /** A deployment on a cluster that the test has started itself. */
    Deployment deployment(LocalCluster on, String name, String... settings) {
        return new Deployment(on, name, dir().resolve(name), open, settings);
    }

    /** Started at the first call. */
    LocalCluster cluster() {
        if (cluster == null) {
            cluster = LocalCluster.start(LocalCluster.Options.throwaway());
        }
        return cluster;
    }

    /** A directory that is deleted after the last test of the class. */
    Path dir() {
        return dir;
    }

    /** The path of a new file with these lines. */
    String file(List<String> lines) {
        try {
            return Files.write(Files.createTempFile(dir, "lines", ".jsonl"), lines)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String file(String... lines) {
        return file(List.of(lines));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        dir = Files.createTempDirectory("tagweir-test-");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        closeAll();
    }

    /** Closes what the deployments have opened, the last first. */
    void closeAll() {
        Throwable failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception | AssertionError e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw new AssertionError("a resource of the test did not close", failure);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        Directories.delete(dir);
    }
}
