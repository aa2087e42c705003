package io.tagweir.app.bench;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.KeyMix;
import io.tagweir.bench.LoadGenerator;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.TopicConsumer;
import io.tagweir.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A topic of queries that one system after the other drains. If some are misses, it is filled for each round with
 * misses that were never sent before, since a cache would answer those of the last round. Owned by one thread.
 *
 * <p>Time is taken from when a tenth of the answers is out until the last is, which leaves out start-up and a cold heap
 * cache. Progress is read from the end offsets of the answers. That costs processor time here and in the broker, so the
 * longer a drain takes, the less often it is polled; the end is seen a quarter of a percent late on average. The
 * answers are read and checked afterwards.
 */
final class Backlog {

    private static final double UNTIMED_SHARE = 0.1;
    private static final Duration MIN_POLL = Duration.ofMillis(5);

    /** The time since the start, divided by this, passes between two polls. */
    private static final int POLLS = 200;

    private static final Duration STALLED = Duration.ofMinutes(1);
    private static final Duration CONSUMER_POLL = Duration.ofMillis(200);

    private final BenchContext context;
    private final String name;
    private final int headRows;
    private final int queries;
    private final int misses;
    private int firstMiss;
    private @Nullable String topic;

    Backlog(BenchContext context, String name, int headRows, int queries, int misses) {
        this.context = context;
        this.name = name;
        this.headRows = headRows;
        this.queries = queries;
        this.misses = misses;
    }

    /** Number of the first of the misses in it, which are consecutive. */
    int firstMiss() {
        return firstMiss;
    }

    void fill() {
        if (topic != null) {
            if (misses == 0) {
                return;
            }
            context.cluster().delete(topic);
        }
        topic = context.cluster().createNew(name);
        context.say("filling " + topic + " with " + queries + " queries");
        firstMiss = context.misses().take(misses);
        var profile = RateProfile.backlog(queries, misses);
        try (var producer = context.cluster().producer(true)) {
            new LoadGenerator(
                            producer,
                            context.serdes().queries().serializer(),
                            topic,
                            context.clock(),
                            profile,
                            KeyMix.CANONICAL)
                    .run(BenchContext.queries(profile, headRows, firstMiss, 1));
        }
    }

    /**
     * Returns the figures of one drain.
     *
     * @throws IllegalStateException if a query was not answered exactly once, or by the wrong source
     */
    Map<String, Double> drain(SystemUnderTest system) {
        if (topic == null) {
            throw new IllegalStateException(name + " was not filled");
        }
        var cluster = context.cluster();
        String answers = cluster.createNew("answers");
        cluster.rewind(system.group(), topic);
        Map<String, Double> figures;
        try (var running = system.start(topic, answers, SystemUnderTest.DRAIN)) {
            figures = time(system.name(), answers);
        }
        figures.put("answer_bytes", (double) check(system.name(), answers) / queries);
        cluster.delete(answers);
        return figures;
    }

    private Map<String, Double> time(String system, String answers) {
        Stopwatch timed = null;
        long untimed = 0;
        long before = 0;
        long begun = System.nanoTime();
        long progressed = begun;
        while (true) {
            long out = context.cluster().end(answers);
            long now = System.nanoTime();
            if (timed == null && out >= queries * UNTIMED_SHARE) {
                timed = new Stopwatch();
                untimed = out;
            }
            if (timed != null && out >= queries) {
                return timed.figures(queries - untimed);
            }
            if (out != before) {
                before = out;
                progressed = now;
            } else if (now - progressed > STALLED.toNanos()) {
                throw new IllegalStateException(
                        system + " stopped answering after " + out + " of " + queries + " queries");
            }
            LockSupport.parkNanos(Math.max(MIN_POLL.toNanos(), (now - begun) / POLLS));
        }
    }

    /** Reads all answers and returns their bytes. */
    private long check(String system, String topic) {
        var counter = new AnswerCounter(queries, 0, number -> 0);
        long end = context.cluster().end(topic);
        long bytes = 0;
        BinaryDecoder decoder = null;
        try (var consumer = TopicConsumer.open(context.cluster().clientConfig(), false, topic)) {
            for (long read = 0; read < end; ) {
                for (var record : consumer.poll(CONSUMER_POLL)) {
                    byte[] value = record.value();
                    decoder = DecoderFactory.get()
                            .binaryDecoder(value, WireFormat.HEADER, value.length - WireFormat.HEADER, decoder);
                    counter.answered(decoder.readString(), source(decoder), null, 0);
                    bytes += value.length;
                    read++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var counts = counter.counts();
        if (end != queries
                || counts.answered() != queries
                || counts.from(Source.HEAD) != queries - misses
                || counts.from(Source.STUDENT) != misses) {
            throw new IllegalStateException(system + " wrote " + end + " answers to " + counts.answered() + " of "
                    + queries + " queries, of which " + misses + " are misses; by source: " + counts.bySource());
        }
        return bytes;
    }

    /** Skips all fields before the source. To decode a million answers whole would take seconds of every round. */
    private static Source source(BinaryDecoder decoder) throws IOException {
        for (int text = 0; text < 3; text++) {
            decoder.skipString();
        }
        for (long tags = decoder.readArrayStart(); tags > 0; tags = decoder.arrayNext()) {
            for (long tag = 0; tag < tags; tag++) {
                decoder.skipString();
                decoder.skipString();
                decoder.readInt();
                decoder.readInt();
                decoder.readFloat();
            }
        }
        return Source.values()[decoder.readEnum()];
    }
}
