package io.tagweir.tail;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the miss path.
 *
 * @param threads threads that run the student, in this process
 * @param batch most queries a thread takes at once, to be sorted by length
 * @param subBatch most queries in one run of the model
 * @param linger how long a thread waits for company for the first query it takes
 * @param maxPending most misses taken over and not answered, in this process; past it they are shed
 * @param drainInterval how often the stream thread collects finished answers
 */
public record TailSettings(
        int threads, int batch, int subBatch, Duration linger, int maxPending, Duration drainInterval) {

    static final String THREADS = "tail.threads";
    static final String BATCH = "tail.batch.queries";
    static final String SUB_BATCH = "tail.sub.batch.queries";
    static final String LINGER = "tail.linger.ms";
    static final String MAX_PENDING = "tail.pending.max.queries";
    static final String DRAIN_INTERVAL = "tail.drain.interval.ms";

    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        THREADS,
                        Type.INT,
                        2,
                        Range.between(1, 256),
                        Importance.MEDIUM,
                        "Threads that run the student. Two callers of one session beat one call on two threads.")
                .define(
                        BATCH,
                        Type.INT,
                        64,
                        Range.between(1, 65_536),
                        Importance.MEDIUM,
                        "Most queries a thread takes at once. They are sorted by length, so that little is padded.")
                .define(
                        SUB_BATCH,
                        Type.INT,
                        8,
                        Range.between(1, 4_096),
                        Importance.MEDIUM,
                        "Most queries in one run of the model. On a CPU larger runs gain nothing; a GPU wants 32 or more.")
                .define(
                        LINGER,
                        Type.LONG,
                        0,
                        Range.between(0, 1_000),
                        Importance.LOW,
                        "How long a thread waits for company once it has a query. None by default: a free student"
                                + " takes whatever waits, and batches grow by themselves under load.")
                .define(
                        MAX_PENDING,
                        Type.INT,
                        100_000,
                        Range.between(1, 10_000_000),
                        Importance.HIGH,
                        "Most misses this process has taken over and not answered. Past it a miss is answered SHED, so"
                                + " that neither memory nor the ledger grows without bound. About 1 KiB each.")
                .define(
                        DRAIN_INTERVAL,
                        Type.LONG,
                        2,
                        Range.between(1, 1_000),
                        Importance.LOW,
                        "How often the stream thread collects finished answers while no record arrives. No finer than"
                                + " poll.ms, which bounds it.");
    }

    public static TailSettings of(AbstractConfig settings) {
        return new TailSettings(
                settings.getInt(THREADS),
                settings.getInt(BATCH),
                settings.getInt(SUB_BATCH),
                Duration.ofMillis(settings.getLong(LINGER)),
                settings.getInt(MAX_PENDING),
                Duration.ofMillis(settings.getLong(DRAIN_INTERVAL)));
    }

    /** The defaults. */
    public static TailSettings defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }
}
