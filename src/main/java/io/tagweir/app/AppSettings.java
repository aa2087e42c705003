package io.tagweir.app;

import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of the process as a whole: where Kafka is, what part of the topology runs, and how Kafka Streams runs it.
 *
 * @param consolePort port of the console; 0 for a free one, -1 for none
 * @param consoleHosts names that the console may be asked by
 */
public record AppSettings(
        String applicationId,
        String bootstrapServers,
        Role role,
        Profile profile,
        boolean exactlyOnce,
        int threads,
        Duration commitInterval,
        Duration poll,
        Path stateDir,
        long rocksDbBytes,
        String consoleHost,
        int consolePort,
        Set<String> consoleHosts,
        Duration startDeadline,
        int newPartitions,
        short newReplication) {

    /** What Kafka's clients are tuned for. */
    public enum Profile {
        /** Every record goes out at once, and few are read at once. */
        LATENCY,
        /** Records wait a little and go out in large compressed batches. */
        DRAIN
    }

    static final String APPLICATION_ID = "application.id";
    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    static final String ROLE = "role";
    static final String PROFILE = "profile";
    static final String GUARANTEE = "guarantee";
    static final String THREADS = "stream.threads";
    static final String COMMIT_INTERVAL = "commit.interval.ms";
    static final String POLL = "poll.ms";
    static final String STATE_DIR = "state.dir";
    static final String ROCKSDB_BYTES = "rocksdb.memory.bytes";
    static final String CONSOLE_HOST = "console.host";
    static final String CONSOLE_PORT = "console.port";
    static final String CONSOLE_HOSTS = "console.hosts";
    static final String START_DEADLINE = "start.deadline.ms";
    static final String NEW_PARTITIONS = "create.topics.partitions";
    static final String NEW_REPLICATION = "create.topics.replication";

    /** A host name, or an IP address in either form. */
    private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._-]+|[0-9a-fA-F:.]+");

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        APPLICATION_ID,
                        Type.STRING,
                        "tagweir",
                        new NonEmptyString(),
                        Importance.HIGH,
                        "Name of the fleet: consumer group, internal topics and state carry it. The roles head and tail"
                                + " add -head and -tail to it, since they are applications of their own.")
                .define(
                        BOOTSTRAP_SERVERS,
                        Type.STRING,
                        "localhost:9092",
                        new NonEmptyString(),
                        Importance.HIGH,
                        "Brokers to reach the cluster by, host:port, separated by commas.")
                .define(
                        ROLE,
                        Type.STRING,
                        "all",
                        CaseInsensitiveValidString.in("all", "head", "tail"),
                        Importance.HIGH,
                        "Part of the topology this process runs: all, head or tail.")
                .define(
                        PROFILE,
                        Type.STRING,
                        "latency",
                        CaseInsensitiveValidString.in("latency", "drain"),
                        Importance.MEDIUM,
                        "What the clients are tuned for: latency sends every record at once, and reads at most 300 at a"
                                + " time, as a query waits for as many rows while a snapshot is published; drain waits"
                                + " 20 ms for batches of 128 KiB in lz4 and reads 1000, for 1.7 times the records a"
                                + " second.")
                .define(
                        GUARANTEE,
                        Type.STRING,
                        "at_least_once",
                        CaseInsensitiveValidString.in("at_least_once", "exactly_once_v2"),
                        Importance.HIGH,
                        "at_least_once: lowest latency, nothing lost, an answer may be repeated after a crash."
                                + " exactly_once_v2: nothing lost or repeated; readers see answers at each commit.")
                .define(
                        THREADS,
                        Type.INT,
                        1,
                        Range.between(1, 1_024),
                        Importance.MEDIUM,
                        "Stream threads. No more than the partitions of queries are of use.")
                .define(
                        COMMIT_INTERVAL,
                        Type.LONG,
                        100L,
                        Range.between(1, 60_000),
                        Importance.MEDIUM,
                        "How often offsets are committed. Under exactly_once_v2 it is the floor of the latency seen.")
                .define(
                        POLL,
                        Type.LONG,
                        2L,
                        Range.between(1, 1_000),
                        Importance.MEDIUM,
                        "Longest the stream thread waits for records; answers of the student are collected in between,"
                                + " so it bounds what an idle stream adds to the tail's latency.")
                .define(
                        STATE_DIR,
                        Type.STRING,
                        ".tagweir/state",
                        new NonEmptyString(),
                        Importance.HIGH,
                        "Directory of the RocksDB stores. Losing it costs a restore, not data. One process each.")
                .define(
                        ROCKSDB_BYTES,
                        Type.LONG,
                        128L << 20,
                        Range.between(8L << 20, 1L << 42),
                        Importance.MEDIUM,
                        "Memory of all RocksDB stores of the process together: blocks, indexes, filters, memtables.")
                .define(
                        CONSOLE_HOST,
                        Type.STRING,
                        "127.0.0.1",
                        new NonEmptyString(),
                        Importance.LOW,
                        "Address the console listens on. It asks for no password: open it to those who may look.")
                .define(
                        CONSOLE_PORT,
                        Type.INT,
                        8085,
                        Range.between(-1, 65_535),
                        Importance.LOW,
                        "Port of the console (health, metrics, lookup, page); 0 for a free one, -1 for none.")
                .define(
                        CONSOLE_HOSTS,
                        Type.LIST,
                        List.of(),
                        ConfigDef.LambdaValidator.with(AppSettings::checkHosts, () -> "host names"),
                        Importance.LOW,
                        "Host names that the console may be asked by, separated by commas: those of a service or a proxy"
                                + " in front of it. A request that names another host is refused, or a web page from"
                                + " elsewhere could read the console by DNS rebinding. Loopback, and the IP address a"
                                + " request arrives at, are always allowed; so is console.host.")
                .define(
                        START_DEADLINE,
                        Type.LONG,
                        15_000L,
                        Range.between(100, 600_000),
                        Importance.LOW,
                        "How long the broker and the registry may take to answer at the start before it is refused.")
                .define(
                        NEW_PARTITIONS,
                        Type.INT,
                        4,
                        Range.between(1, 10_000),
                        Importance.LOW,
                        "Partitions of the topics that --create-topics makes (head-snapshots always has one).")
                .define(
                        NEW_REPLICATION,
                        Type.INT,
                        -1,
                        Range.between(-1, 100),
                        Importance.LOW,
                        "Replicas of the topics that --create-topics makes; -1 is the broker's default.");
    }

    static AppSettings of(AbstractConfig settings) {
        var role = Role.valueOf(settings.getString(ROLE).toUpperCase(Locale.ROOT));
        return new AppSettings(
                suffixed(settings.getString(APPLICATION_ID), role),
                settings.getString(BOOTSTRAP_SERVERS),
                role,
                Profile.valueOf(settings.getString(PROFILE).toUpperCase(Locale.ROOT)),
                settings.getString(GUARANTEE).equalsIgnoreCase("exactly_once_v2"),
                settings.getInt(THREADS),
                Duration.ofMillis(settings.getLong(COMMIT_INTERVAL)),
                Duration.ofMillis(settings.getLong(POLL)),
                Path.of(settings.getString(STATE_DIR)),
                settings.getLong(ROCKSDB_BYTES),
                settings.getString(CONSOLE_HOST),
                settings.getInt(CONSOLE_PORT),
                hosts(settings),
                Duration.ofMillis(settings.getLong(START_DEADLINE)),
                settings.getInt(NEW_PARTITIONS),
                settings.getInt(NEW_REPLICATION).shortValue());
    }

    private static Set<String> hosts(AbstractConfig settings) {
        var hosts = new TreeSet<>(settings.getList(CONSOLE_HOSTS));
        hosts.add(settings.getString(CONSOLE_HOST));
        return hosts;
    }

    private static void checkHosts(String setting, Object hosts) {
        for (var host : (List<?>) hosts) {
            if (!HOST.matcher(host.toString()).matches()) {
                throw new ConfigException(setting, host, "a host name or an IP address, without scheme, port or path");
            }
        }
    }

    /** The application that runs a role: head and tail are applications of their own. */
    static String suffixed(String applicationId, Role role) {
        return applicationId + (role == Role.ALL ? "" : "-" + role.name().toLowerCase(Locale.ROOT));
    }
}
