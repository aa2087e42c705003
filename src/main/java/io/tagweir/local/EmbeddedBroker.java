package io.tagweir.local;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka cluster of one node, broker and controller, in this process. It listens on 127.0.0.1 only, without TLS or
 * authentication: it is for demos, tests and laptops.
 *
 * <p>A broker that is started in a directory again, after a close or a kill, is the same cluster with the same records.
 * If Kafka finds its data unusable it ends the process.
 */
final class EmbeddedBroker implements AutoCloseable {

    private final FileChannel lock;
    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(FileChannel lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker and returns once clients can connect to it.
     *
     * @param dir created if missing
     * @param wantedPort 0: a free one
     * @throws CannotStart if the port is taken or the directory in use
     */
    static EmbeddedBroker start(Path dir, int wantedPort) {
        int port = Loopback.port(wantedPort, "--kafka-port");
        int controllerPort = Loopback.free();
        while (controllerPort == port) {
            controllerPort = Loopback.free();
        }
        FileChannel lock = lock(dir);
        try {
            Path logDir = dir.toAbsolutePath().resolve("kafka");
            formatOnce(logDir);
            var config = KafkaConfig.fromProps(BrokerProperties.of(logDir, port, controllerPort), false);
            var server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(lock, server, port);
        } catch (RuntimeException failed) {
            release(lock);
            throw failed;
        }
    }

    String bootstrapServers() {
        return Loopback.HOST + ":" + port;
    }

    /** Flushes the logs and stops the broker. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        release(lock);
    }

    /**
     * Creates the directory if it is missing and locks it. The system releases the lock when the process ends, however
     * it ends, so that a killed broker can be started again.
     */
    private static FileChannel lock(Path dir) {
        try {
            Files.createDirectories(dir);
            var channel =
                    FileChannel.open(dir.resolve("tagweir.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException unusable) {
            throw new CannotStart("directory " + dir + " cannot be used: " + Reason.of(unusable), unusable);
        }
        throw new CannotStart("directory " + dir + " is in use by another broker; stop it or choose another");
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("the lock of the broker's directory was not released", failed);
        }
    }

    /** Gives a new directory its cluster id. Formatting writes {@code meta.properties} last. */
    private static void formatOnce(Path logDir) {
        if (Files.exists(logDir.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(logDir);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .setMetadataLogDirectory(logDir.toString())
                    .addDirectory(logDir.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        } catch (Exception failed) {
            throw new CannotStart("directory " + logDir + " cannot be formatted: " + Reason.of(failed), failed);
        }
    }
}
