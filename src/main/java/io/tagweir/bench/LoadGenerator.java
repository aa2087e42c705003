package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * An open-loop load generator: it sends each query when it is due, whether or not earlier ones were answered.
 *
 * <p>Record timestamps and latencies start at the intended send time. A sender or a system that falls behind therefore
 * shows up as latency (no coordinated omission). {@link #run} is called once, by one thread; other threads may ask for
 * due times.
 */
public final class LoadGenerator {

    private static final String ID_PREFIX = "q-";

    private final Producer<byte[], byte[]> producer;
    private final Serializer<QueryEvent> serializer;
    private final String topic;
    private final InstantSource clock;
    private final RateProfile profile;
    private final KeyMix keys;
    private volatile long start;

    public LoadGenerator(
            Producer<byte[], byte[]> producer,
            Serializer<QueryEvent> serializer,
            String topic,
            InstantSource clock,
            RateProfile profile,
            KeyMix keys) {
        this.producer = producer;
        this.serializer = serializer;
        this.topic = topic;
        this.clock = clock;
        this.profile = profile;
        this.keys = keys;
    }

    /**
     * Sends all queries of the profile and returns when Kafka has acknowledged them.
     *
     * @param queries query {@code i}, made by {@link #query}; called in order
     */
    public void run(IntFunction<QueryEvent> queries) {
        var writer = new RecordWriter(producer);
        start = System.nanoTime();
        long startMillis = clock.millis();
        for (int i = 0; i < profile.queries(); i++) {
            long due = profile.dueNanos(i);
            var query = queries.apply(i);
            for (long early = start + due - System.nanoTime(); early > 0; early = start + due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            writer.send(new ProducerRecord<>(
                    topic,
                    null,
                    startMillis + due / 1_000_000,
                    keys.key(i, query.getQuery()),
                    serializer.serialize(topic, query)));
        }
        writer.flush();
    }

    /** The query with this number, whose id is made from it. */
    public static QueryEvent query(int number, String text) {
        return QueryEvent.newBuilder()
                .setQueryId(ID_PREFIX + number)
                .setQuery(text)
                .build();
    }

    /** The number in an id; -1 for an id that is not one of this many queries. */
    static int number(String id, int queries) {
        if (!id.startsWith(ID_PREFIX)) {
            return -1;
        }
        int number = Integer.parseInt(id, ID_PREFIX.length(), id.length(), 10);
        return number < queries ? number : -1;
    }

    /** When a query is due, on the scale of {@link System#nanoTime}; valid once {@link #run} has started. */
    public long dueNanos(int number) {
        return start + profile.dueNanos(number);
    }
}
