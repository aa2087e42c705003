package io.tagweir.app;

import io.tagweir.local.CannotStart;
import io.tagweir.local.LocalCluster;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an embedded broker and registry listen: on the ports that clients expect, as long as these are free. */
final class LocalPorts {

    private static final int KAFKA = 9092;
    private static final int REGISTRY = 8081;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            description = "Port of the broker; without it " + KAFKA + ", or a free one where that is taken.")
    private @Nullable Integer kafka;

    @Option(
            names = "--registry-port",
            paramLabel = "N",
            description = "Port of the registry; without it " + REGISTRY + ", or a free one where that is taken.")
    private @Nullable Integer registry;

    /**
     * Starts them.
     *
     * @param dir keeps their data; null: they go at the close
     * @throws Refusal where a port that was asked for is taken, or the directory is in use
     */
    LocalCluster start(@Nullable Path dir) {
        try {
            return LocalCluster.start(new LocalCluster.Options(
                    dir,
                    kafka == null ? LocalCluster.claim(KAFKA) : kafka,
                    registry == null ? LocalCluster.claim(REGISTRY) : registry));
        } catch (CannotStart e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }
}
