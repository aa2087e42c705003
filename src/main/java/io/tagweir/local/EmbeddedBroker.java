package io.tagweir.local;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A whole Kafka cluster of one node, broker and controller, inside this process. It listens on 127.0.0.1 only, without
 * TLS or log-in: it is for demos, tests and laptops.
 *
 * <p>Its directory survives: a broker started there again, after a close or a kill, is the same cluster with the same
 * records. Where Kafka itself finds its data unusable it ends the process, as it would end its own.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final int port;
    private boolean closed;

    private EmbeddedBroker(DirectoryLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker and returns once clients can connect to it.
     *
     * @throws CannotStart where the port is taken or the directory in use
     */
    public static EmbeddedBroker start(BrokerOptions options) {
        int port = Loopback.port(options.port(), "--kafka-port");
        int controllerPort = Loopback.free();
        while (controllerPort == port) {
            controllerPort = Loopback.free();
        }
        DirectoryLock lock = DirectoryLock.of(options.dir());
        try {
            Path logDir = options.dir().toAbsolutePath().resolve("kafka");
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

    public String bootstrapServers() {
        return Loopback.HOST + ":" + port;
    }

    /** Stops the broker, with its logs flushed; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        release(lock);
    }

    /** Gives a new directory its cluster id. {@code meta.properties} is the last file a formatting writes. */
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
            throw new CannotStart("directory " + logDir + " cannot be made a broker's: " + Reason.of(failed), failed);
        }
    }

    private static void release(DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new IllegalStateException("the lock of a broker's directory was not given back", failed);
        }
    }
}
