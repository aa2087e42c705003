package io.tagweir.app.local;

import io.tagweir.app.run.Application;
import io.tagweir.app.run.ConsoleViews;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.settings.StreamsSettings;
import io.tagweir.console.Console;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.reason.RefusedException;
import io.tagweir.wire.WireConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the demo runs: an embedded broker and registry, the application, and its console if it stays up. The thread that
 * started it closes it, or a shutdown hook does.
 */
final class DemoSystem implements AutoCloseable {

    private final Path dir;
    private final LocalCluster cluster;
    private final Application application;
    private final @Nullable Console console;
    private boolean closed;

    private DemoSystem(Path dir, LocalCluster cluster, Application application, @Nullable Console console) {
        this.dir = dir;
        this.cluster = cluster;
        this.application = application;
        this.console = console;
    }

    /** @throws RefusedException with everything that prevents the start */
    static DemoSystem start(LocalPorts ports, boolean withConsole, Clock clock) throws IOException {
        Console.limitClients(); // Before the embedded registry, which is the first HTTP server of this JVM.
        var dir = Files.createTempDirectory("tagweir-demo");
        LocalCluster cluster = null;
        Application application = null;
        try {
            cluster = ports.start(null);
            var settings = Settings.of(Map.of(
                    AppSettings.BOOTSTRAP_SERVERS,
                    cluster.bootstrapServers(),
                    WireConfig.URL,
                    cluster.registryUrl(),
                    StreamsSettings.STATE_DIR,
                    dir.toString()));
            LocalTopics.create(cluster, settings.topics(), settings.app().newPartitions());
            application = Application.start(settings, false, clock);
            var console = withConsole ? console(application, clock) : null;
            return new DemoSystem(dir, cluster, application, console);
        } catch (IOException | RuntimeException failed) {
            if (application != null) {
                application.close();
            }
            if (cluster != null) {
                cluster.close();
            }
            Directories.delete(dir);
            throw failed;
        }
    }

    /** On the port of the settings if it is free: another application may have its console there. */
    private static Console console(Application application, Clock clock) throws IOException {
        var at = application.settings().console();
        int port = LocalCluster.claim(at.port());
        return Console.start(new InetSocketAddress(at.host(), port), at.hosts(), ConsoleViews.of(application, clock));
    }

    Application application() {
        return application;
    }

    /** The address of the console; null if there is none. */
    @Nullable
    String consoleUrl() {
        return console == null
                ? null
                : "http://" + application.settings().console().host() + ":" + console.port();
    }

    /** A command that sends this system a query, ready to be pasted into a shell. */
    String queryCommand(String query) {
        return "./tagweir query --bootstrap-server " + cluster.bootstrapServers() + " --registry "
                + cluster.registryUrl() + " \"" + query + "\"";
    }

    /** Stops everything and deletes its data; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (cluster;
                application) {
            if (console != null) {
                console.close();
            }
        }
        Directories.delete(dir);
    }
}
