package io.tagweir.tail;

import java.time.Duration;
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
 * @param window most queries a thread takes at once, to be sorted by length
 * @param maxQueries most queries in one run of the model
 * @param maxTokens most word pieces in one run, padding included
 * @param buckets upper bounds of the length buckets, in word pieces, ascending
 * @param linger how long a thread waits for company for the first query it takes
 */
public record BatchSettings(
        int threads, int window, int maxQueries, int maxTokens, List<Integer> buckets, Duration linger) {

    static final String THREADS = "tail.threads";
    static final String WINDOW = "tail.batch.queries";
    static final String MAX_QUERIES = "tail.sub.batch.queries";
    static final String MAX_TOKENS = "tail.sub.batch.tokens";
    static final String BUCKETS = "tail.length.buckets";
    static final String LINGER = "tail.linger.ms";

    public BatchSettings {
        buckets = List.copyOf(buckets);
    }

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        THREADS,
                        Type.INT,
                        2,
                        Range.between(1, 256),
                        Importance.MEDIUM,
                        "Threads that run the student. Two callers of one session beat one call on two threads.")
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
                        "Most word pieces in one run of the model, padding included, so that long queries run in small"
                                + " company. A query longer than that runs alone.")
                .define(
                        BUCKETS,
                        Type.LIST,
                        "16,32,64",
                        new Ascending(),
                        Importance.LOW,
                        "Upper bounds of the length buckets in word pieces. Queries of different buckets never share a run,"
                                + " and each bucket is warmed before the process is ready.")
                .define(
                        LINGER,
                        Type.LONG,
                        0,
                        Range.between(0, 1_000),
                        Importance.LOW,
                        "How long a thread waits for company once it has a query. None by default: a free student"
                                + " takes whatever waits, and batches grow by themselves under load.");
    }

    static BatchSettings of(AbstractConfig settings) {
        return new BatchSettings(
                settings.getInt(THREADS),
                settings.getInt(WINDOW),
                settings.getInt(MAX_QUERIES),
                settings.getInt(MAX_TOKENS),
                Ascending.parse(BUCKETS, settings.getList(BUCKETS)),
                Duration.ofMillis(settings.getLong(LINGER)));
    }

    /** The same for a student that has threads of its own. */
    BatchSettings withThreads(int other) {
        return new BatchSettings(other, window, maxQueries, maxTokens, buckets, linger);
    }

    /** The bucket of a query of so many word pieces; longer ones than all bounds share the last. */
    int bucket(int pieces) {
        int bucket = 0;
        while (bucket < buckets.size() - 1 && pieces > buckets.get(bucket)) {
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
