package io.tagweir.app.settings;

import io.tagweir.setting.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How Kafka Streams runs the topology.
 *
 * @param rocksDbBytes memory of all RocksDB stores of the process
 */
public record StreamsSettings(
        Profile profile, Guarantee guarantee, int threads, Duration commitInterval, Path stateDir, long rocksDbBytes) {

    /** What Kafka's clients are tuned for. */
    public enum Profile {
        /** Every record is sent at once, and few are read at once. */
        LATENCY,
        /** Records wait a little and are sent in large compressed batches. */
        DRAIN
    }

    /** Kafka Streams' processing guarantee. */
    public enum Guarantee {
        AT_LEAST_ONCE,
        EXACTLY_ONCE_V2
    }

    public static final String PROFILE = "profile";
    public static final String GUARANTEE = "guarantee";
    static final String COMMIT_INTERVAL = "commit.interval.ms";
    public static final String STATE_DIR = "state.dir";

    private static final Setting<Profile> TUNED_FOR = Setting.choice(PROFILE, Profile.LATENCY)
            .doc(
                    "What the Kafka clients are tuned for. latency sends every record at once and reads at most 300 records"
                            + " per poll. drain waits 20 ms for lz4 batches of 128 KiB and reads 1000: 1.7 times the records per"
                            + " second.");
    private static final Setting<Guarantee> GUARANTEED = Setting.choice(GUARANTEE, Guarantee.AT_LEAST_ONCE)
            .doc("at_least_once: lowest latency, nothing lost, an answer may be repeated after a crash."
                    + " exactly_once_v2: nothing lost or repeated; readers see answers at the next commit.");
    private static final Setting<Integer> THREADS = Setting.count("stream.threads", "threads", 1)
            .between(1, 1_024)
            .doc("Stream threads. More threads than partitions of the topic queries have nothing to do.");
    private static final Setting<Duration> COMMITS = Setting.duration(COMMIT_INTERVAL, Duration.ofMillis(100))
            .between(Duration.ofMillis(1), Duration.ofMinutes(1))
            .doc("Time between commits. With exactly_once_v2, answers become visible only at a commit, so latency is at"
                    + " least this long.");
    private static final Setting<String> DIRECTORY = Setting.name(STATE_DIR, ".tagweir/state")
            .doc("Directory of the RocksDB stores, one for each process. If it is lost, it is restored from Kafka.");
    private static final Setting<Long> ROCKSDB_BYTES = Setting.bytes("rocksdb.memory.bytes", 128L << 20)
            .between(8L << 20, 1L << 42)
            .doc("Memory of all RocksDB stores of the process together: blocks, indexes, filters and memtables.");

    static List<Setting<?>> settings() {
        return List.of(TUNED_FOR, GUARANTEED, THREADS, COMMITS, DIRECTORY, ROCKSDB_BYTES);
    }

    static StreamsSettings of(AbstractConfig config) {
        return new StreamsSettings(
                TUNED_FOR.of(config),
                GUARANTEED.of(config),
                THREADS.of(config),
                COMMITS.of(config),
                Path.of(DIRECTORY.of(config)),
                ROCKSDB_BYTES.of(config));
    }

    public boolean exactlyOnce() {
        return guarantee == Guarantee.EXACTLY_ONCE_V2;
    }
}
