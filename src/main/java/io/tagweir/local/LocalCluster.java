package io.tagweir.local;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
     * How a local cluster is to be started.
     *
     * @param dir keeps its data for the next start; null: a temporary one, deleted at the close
     * @param kafkaPort 0: a free one
     * @param registryPort 0: a free one
     */
    public record Options(@Nullable Path dir, int kafkaPort, int registryPort) {

        public Options {
            if (kafkaPort != 0 && kafkaPort == registryPort) {
                throw new CannotStart("port " + kafkaPort + " cannot be both the broker's and the registry's");
            }
            if (registryPort < 0 || registryPort > 65_535) {
                throw new CannotStart(
                        "the registry's port is " + registryPort + "; ports run from 1 to 65535, 0 takes a free one");
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

    /** Whether Kafka's server is on the class path. It is in {@code lib/local}, which an image does not have. */
    public static boolean isInstalled() {
        try {
            Class.forName("kafka.server.KafkaRaftServer", false, LocalCluster.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** The port where nobody has it or is about to, else 0, for a free one in its place. */
    public static int claim(int port) {
        return PortClaim.succeeds(port) ? port : 0;
    }

    /**
     * Starts both and returns once clients can connect to both.
     *
     * @throws CannotStart where a port is taken or the directory in use
     */
    public static LocalCluster start(Options options) {
        // Asked before the broker starts as well as after, for the user need not wait to hear of it.
        Loopback.port(options.registryPort(), "--registry-port");
        Path given = options.dir();
        Path dir = given == null ? temporary() : given;
        Path temporary = given == null ? dir : null;
        EmbeddedBroker broker = null;
        try {
            broker = EmbeddedBroker.start(new BrokerOptions(dir, options.kafkaPort()));
            var registry = EmbeddedRegistry.start(broker.bootstrapServers(), options.registryPort());
            return new LocalCluster(broker, registry, temporary);
        } catch (RuntimeException failed) {
            if (broker != null) {
                broker.close();
            }
            delete(temporary);
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
     * Makes those topics that are missing and leaves the others as they are.
     *
     * @return how many partitions each of the topics has now
     */
    public Map<String, Integer> createTopics(Collection<LocalTopic> topics) {
        return LocalTopics.make(bootstrapServers(), topics);
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
        delete(temporary);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tagweir-local-");
        } catch (IOException failed) {
            throw new CannotStart("no temporary directory could be made: " + Reason.of(failed), failed);
        }
    }

    private static void delete(@Nullable Path dir) {
        if (dir == null) {
            return;
        }
        try (Stream<Path> tree = Files.walk(dir)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("temporary directory " + dir + " was not deleted", failed);
        }
    }
}
