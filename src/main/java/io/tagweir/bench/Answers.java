package io.tagweir.bench;

import io.tagweir.avro.Source;
import io.tagweir.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What a drained topic of answers holds, read after the clock has stopped: a drain that answered too few queries, one
 * twice or from the wrong place is no measurement.
 *
 * <p>Only the leading fields are decoded, by hand.
 *
 * @param distinct how many different queries were answered
 * @param bytes of all values, as the contender handed them to its producer
 */
record Answers(long records, int distinct, Map<Source, Long> bySource, long bytes) {

    private static final Duration POLL = Duration.ofMillis(200);

    /** @param tagged whether the values are {@code TaggedQuery}; if not, only the id is looked at */
    static Answers read(Testbed bed, String topic, int queries, boolean tagged) {
        var config = new HashMap<>(bed.clientConfig());
        config.put("enable.auto.commit", false);
        config.put("fetch.min.bytes", 64 << 10);
        config.put("fetch.max.wait.ms", 20);
        var seen = new BitSet(queries);
        var bySource = new EnumMap<Source, Long>(Source.class);
        long records = 0;
        long bytes = 0;
        long end = bed.end(topic);
        BinaryDecoder decoder = null;
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = bed.partitionsOf(topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (records < end) {
                for (var record : consumer.poll(POLL)) {
                    decoder = body(record.value(), decoder);
                    int number = OpenLoop.number(decoder.readString(), queries);
                    if (number < 0) {
                        throw new IllegalStateException(topic + " holds an answer to a query that was never asked");
                    }
                    seen.set(number);
                    if (tagged) {
                        bySource.merge(source(decoder), 1L, Long::sum);
                    }
                    records++;
                    bytes += record.value().length;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answers(records, seen.cardinality(), Map.copyOf(bySource), bytes);
    }

    private static BinaryDecoder body(byte[] value, @Nullable BinaryDecoder reuse) {
        return DecoderFactory.get().binaryDecoder(value, WireFormat.HEADER, value.length - WireFormat.HEADER, reuse);
    }

    /** Skips query, canonical query, segment and tags of a {@code TaggedQuery}. */
    private static Source source(BinaryDecoder decoder) throws IOException {
        decoder.skipString();
        decoder.skipString();
        decoder.skipString();
        for (long items = decoder.readArrayStart(); items > 0; items = decoder.arrayNext()) {
            for (long i = 0; i < items; i++) {
                decoder.skipString();
                decoder.skipString();
                decoder.readInt();
                decoder.readInt();
                decoder.readFloat();
            }
        }
        return Source.values()[decoder.readEnum()];
    }

    /** Throws where not every query was answered exactly once, the misses by the student and the rest by the head. */
    void check(String contender, int queries, int misses, boolean tagged) {
        boolean once = records == queries && distinct == queries;
        boolean asMeant = !tagged
                || bySource.getOrDefault(Source.HEAD, 0L) == queries - misses
                        && bySource.getOrDefault(Source.STUDENT, 0L) == misses;
        if (!once || !asMeant) {
            throw new IllegalStateException(contender + " answered " + records + " times, " + distinct
                    + " different of " + queries + " queries, " + misses + " of them misses; by source " + bySource);
        }
    }
}
