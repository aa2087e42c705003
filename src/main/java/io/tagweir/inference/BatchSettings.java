package io.tagweir.inference;

import io.tagweir.student.BatchShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * How queries are put together for the student.
 *
 * @param threads threads that run the student, in this process
 * @param interactiveThreads threads more, for INTERACTIVE queries alone
 * @param window most queries a thread takes at once, to be sorted by length
 * @param maxQueries most queries in one run of the model
 * @param maxTokens most tokens in one run, padding included
 * @param buckets upper bounds of the length buckets, in tokens, ascending
 * @param linger how long a thread waits for company for the first query it takes
 * @param watchdog longest a run may take
 * @param maxHung most threads that may hang at once
 * @param maxDeaths deaths of the process in a query's runs after which the student is not asked for it any more
 * @param memoryBackOff how long runs are smaller after the device had no memory for one
 * @param capacity queries a second this machine gets through, before it has measured; 0: unknown
 */
public record BatchSettings(
        int threads,
        int interactiveThreads,
        int window,
        int maxQueries,
        int maxTokens,
        List<Integer> buckets,
        Duration linger,
        Duration watchdog,
        int maxHung,
        int maxDeaths,
        Duration memoryBackOff,
        double capacity) {

    static final String THREADS = "tail.threads";
    static final String INTERACTIVE_THREADS = "tail.interactive.threads";
    static final String WINDOW = "tail.batch.queries";
    static final String MAX_QUERIES = "tail.sub.batch.queries";
    static final String MAX_TOKENS = "tail.sub.batch.tokens";
    static final String BUCKETS = "tail.length.buckets";
    static final String LINGER = "tail.linger.ms";
    static final String WATCHDOG = "tail.watchdog.ms";
    static final String MAX_HUNG = "tail.watchdog.threads.max";
    static final String MAX_DEATHS = "tail.deaths.max";
    static final String MEMORY_BACK_OFF = "tail.sub.batch.backoff.ms";
    static final String CAPACITY = "tail.capacity.queries.per.second";

    public BatchSettings {
        buckets = List.copyOf(buckets);
    }

    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        THREADS,
                        Type.INT,
                        2,
                        Range.between(1, 256),
                        Importance.MEDIUM,
                        "Threads that run the student. Two callers of one session beat one call on two threads. On a GPU one"
                                + " thread feeds the session whatever this says: runs side by side would only wait for the"
                                + " same device, each with memory of its own.")
                .define(
                        INTERACTIVE_THREADS,
                        Type.INT,
                        1,
                        Range.between(0, 256),
                        Importance.LOW,
                        "Threads more that run INTERACTIVE queries alone, at the priority of all other threads. The rest of"
                                + " the student's wait for everyone else, which where cores are short may be longer than"
                                + " somebody waits for an answer. None on a GPU, which is not short of cores.")
                .define(
                        WINDOW,
                        Type.INT,
                        64,
                        Range.between(1, 65_536),
                        Importance.MEDIUM,
                        "Most queries a thread takes at once. They are sorted by length, so that little is padded.")
                .define(
                        MAX_QUERIES,
                        Type.INT,
                        8,
                        Range.between(1, 4_096),
                        Importance.MEDIUM,
                        "Most queries in one run of the model. On a CPU larger runs gain nothing; a GPU wants 32 or more.")
                .define(
                        MAX_TOKENS,
                        Type.INT,
                        256,
                        Range.between(1, 1_048_576),
                        Importance.MEDIUM,
                        "Most tokens in one run of the model, padding included, so that long queries run in small"
                                + " company. A query longer than that runs alone.")
                .define(
                        BUCKETS,
                        Type.LIST,
                        "16,32,64",
                        new Ascending(),
                        Importance.LOW,
                        "Upper bounds of the length buckets in tokens. Queries of different buckets never share a run,"
                                + " and each bucket is warmed before the process is ready.")
                .define(
                        LINGER,
                        Type.LONG,
                        0,
                        Range.between(0, 1_000),
                        Importance.LOW,
                        "How long a thread waits for company once it has a query. None by default: a free student"
                                + " takes whatever waits, and batches grow by themselves under load.")
                .define(
                        WATCHDOG,
                        Type.LONG,
                        10_000,
                        Range.between(100, 600_000),
                        Importance.MEDIUM,
                        "Longest one run of the model may take. It is then given up, the student loaded anew, and its"
                                + " queries run again; those that hang again are FALLBACK. A thousand times what a run"
                                + " takes, so that a machine that stalls does not look like a model that hangs.")
                .define(
                        MAX_HUNG,
                        Type.INT,
                        8,
                        Range.between(1, 1_000),
                        Importance.LOW,
                        "Threads that may hang in the model at once, since none can be stopped and each holds memory. With"
                                + " one more the process stops; what is pending stays in the ledger. One bad query of a"
                                + " run costs three.")
                .define(
                        MAX_DEATHS,
                        Type.INT,
                        2,
                        Range.between(1, 1_000),
                        Importance.LOW,
                        "Deaths of the process while the student ran a query after which the query is FALLBACK, for as long"
                                + " as that student is asked. The first may be due to any query of the run; from then on"
                                + " it runs by itself. More where processes are often killed from outside.")
                .define(
                        MEMORY_BACK_OFF,
                        Type.LONG,
                        60_000,
                        Range.between(1, 86_400_000),
                        Importance.LOW,
                        "How long runs stay at the size that fitted after the device had no memory for a larger one. Then"
                                + " the whole budget is tried again.")
                .define(
                        CAPACITY,
                        Type.DOUBLE,
                        0.0,
                        Range.between(0, 1e9),
                        Importance.LOW,
                        "Queries a second the student gets through here, by which deadlines are judged until it has run"
                                + " something itself; 0: unknown, everything is taken. tagweir calibrate measures it.");
    }

    public static BatchSettings of(AbstractConfig settings) {
        return new BatchSettings(
                settings.getInt(THREADS),
                settings.getInt(INTERACTIVE_THREADS),
                settings.getInt(WINDOW),
                settings.getInt(MAX_QUERIES),
                settings.getInt(MAX_TOKENS),
                Ascending.parse(BUCKETS, settings.getList(BUCKETS)),
                Duration.ofMillis(settings.getLong(LINGER)),
                Duration.ofMillis(settings.getLong(WATCHDOG)),
                settings.getInt(MAX_HUNG),
                settings.getInt(MAX_DEATHS),
                Duration.ofMillis(settings.getLong(MEMORY_BACK_OFF)),
                settings.getDouble(CAPACITY));
    }

    /** A copy with so many threads, and none for INTERACTIVE queries only. */
    public BatchSettings withThreads(int other) {
        return new BatchSettings(
                other,
                0,
                window,
                maxQueries,
                maxTokens,
                buckets,
                linger,
                watchdog,
                maxHung,
                maxDeaths,
                memoryBackOff,
                capacity);
    }

    /** The shapes to warm a student up in: for each length bucket a single query, and as many as a run may hold. */
    public List<BatchShape> shapes() {
        var shapes = new ArrayList<BatchShape>();
        for (int length : buckets) {
            shapes.add(new BatchShape(1, length));
            int most = Math.min(maxQueries, maxTokens / length);
            if (most > 1) {
                shapes.add(new BatchShape(most, length));
            }
        }
        return shapes;
    }

    /** The length bucket of a query of so many tokens; the last bucket also holds all longer ones. */
    int bucket(int tokens) {
        int bucket = 0;
        while (bucket < buckets.size() - 1 && tokens > buckets.get(bucket)) {
            bucket++;
        }
        return bucket;
    }

    /** Accepts whole numbers above zero, each larger than the one before. */
    private static final class Ascending implements ConfigDef.Validator {

        @Override
        public void ensureValid(String name, Object value) {
            parse(name, ((List<?>) value).stream().map(String::valueOf).toList());
        }

        static List<Integer> parse(String name, List<String> values) {
            try {
                var bounds =
                        values.stream().map(String::strip).map(Integer::valueOf).toList();
                int[] sorted = Stream.concat(Stream.of(0), bounds.stream())
                        .mapToInt(Integer::intValue)
                        .sorted()
                        .distinct()
                        .toArray();
                if (!bounds.isEmpty()
                        && Arrays.equals(
                                sorted,
                                Stream.concat(Stream.of(0), bounds.stream())
                                        .mapToInt(Integer::intValue)
                                        .toArray())) {
                    return bounds;
                }
            } catch (NumberFormatException notANumber) {
                // falls through to the one complaint
            }
            throw new ConfigException(name, values, "must be whole numbers above zero, in ascending order");
        }

        @Override
        public String toString() {
            return "whole numbers above zero, ascending, with commas between";
        }
    }
}
