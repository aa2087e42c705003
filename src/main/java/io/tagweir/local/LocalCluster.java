package io.tagweir.local;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An embedded broker with its schema registry. The thread that started it closes it, or a shutdown hook does. */
public final class LocalCluster implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final @Nullable Path temporary;
    private boolean closed;

    private LocalCluster(EmbeddedBroker broker, EmbeddedRegistry registry, @Nullable Path temporary) {
        this.broker = broker;
        this.registry = registry;
        this.temporary = temporary;
    }

    /**
     * How to start a local cluster.
     *
     * @param dir keeps its data for the next start; null: a temporary directory, deleted at close
     * @param kafkaPort 0: a free one
     * @param registryPort 0: a free one
     */
    public record Options(@Nullable Path dir, int kafkaPort, int registryPort) {

        public Options {
            if (kafkaPort != 0 && kafkaPort == registryPort) {
                throw new CannotStart("port " + kafkaPort + " cannot be both the broker's and the registry's");
            }
        }

        /** Free ports and a temporary directory. */
        public static Options throwaway() {
            return new Options(null, 0, 0);
        }

        /** Free ports, and a directory that stays. */
        public static Options in(Path dir) {
            return new Options(dir, 0, 0);
        }
    }

    /** Whether Kafka's server is on the class path. Its jars are in {@code lib/local}, which an image does not have. */
    public static boolean isInstalled() {
        try {
            Class.forName("kafka.server.KafkaRaftServer", false, LocalCluster.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** The port if it is free and no other process has claimed it; else 0, which takes a free one. */
    public static int claim(int port) {
        return Loopback.claim(port) ? port : 0;
    }

    /**
     * Starts both and returns once clients can connect to both.
     *
     * @throws CannotStart if a port is taken or the directory in use
     */
    public static LocalCluster start(Options options) {
        // Checked before the broker starts too, so that the user need not wait for the error.
        Loopback.port(options.registryPort(), "--registry-port");
        Path given = options.dir();
        Path dir = given == null ? temporary() : given;
        EmbeddedBroker broker = null;
        try {
            broker = EmbeddedBroker.start(dir, options.kafkaPort());
            var registry = EmbeddedRegistry.start(broker.bootstrapServers(), options.registryPort());
            return new LocalCluster(broker, registry, given == null ? dir : null);
        } catch (RuntimeException failed) {
            if (broker != null) {
                broker.close();
            }
            if (given == null) {
                Directories.delete(dir);
            }
            throw failed;
        }
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    public String registryUrl() {
        return registry.url();
    }

    /**
     * Creates the topics that are missing and leaves the others unchanged.
     *
     * @return the number of partitions of each topic
     */
    public Map<String, Integer> createTopics(Collection<LocalTopic> topics) {
        return TopicCreation.create(bootstrapServers(), topics);
    }

    /** Stops the registry, then the broker; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (broker) {
            registry.close();
        }
        if (temporary != null) {
            Directories.delete(temporary);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tagweir-local-");
        } catch (IOException failed) {
            throw new CannotStart("no temporary directory can be created: " + Reason.of(failed), failed);
        }
    }
}
