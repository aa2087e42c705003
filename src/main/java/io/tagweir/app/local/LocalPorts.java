package io.tagweir.app.local;

import io.tagweir.local.CannotStart;
import io.tagweir.local.LocalCluster;
import io.tagweir.reason.RefusedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The ports of an embedded broker and registry: the usual ones, as long as they are free. */
final class LocalPorts {

    private static final int KAFKA = 9092;
    private static final int REGISTRY = 8081;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            description = "Port of the broker. Default: " + KAFKA + ", or a free one if that is taken.")
    private @Nullable Integer kafka;

    @Option(
            names = "--registry-port",
            paramLabel = "N",
            description = "Port of the registry. Default: " + REGISTRY + ", or a free one if that is taken.")
    private @Nullable Integer registry;

    /**
     * Starts both.
     *
     * @param dir keeps their data; null: it is deleted at close
     * @throws RefusedException if a requested port is taken or the directory is in use
     */
    LocalCluster start(@Nullable Path dir) {
        try {
            return LocalCluster.start(new LocalCluster.Options(
                    dir,
                    kafka == null ? LocalCluster.claim(KAFKA) : kafka,
                    registry == null ? LocalCluster.claim(REGISTRY) : registry));
        } catch (CannotStart e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}
