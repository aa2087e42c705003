package io.tagweir.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The event time of a record: its timestamp. A record whose timestamp is no time gets the time at which it is read, and
 * the header {@link #HEADER} that says so; the answer has both.
 *
 * <p>No time is a negative timestamp, which old producers write, and one after the year 9999, which a producer writes
 * that counts in microseconds. Kafka Streams' default extractor throws at the former, outside every exception handler,
 * and so stops the application at that record for good; and it drops records for which an extractor returns a negative
 * time. Kafka makes this one and configures it with the application's own settings. Called by all stream threads.
 */
public final class EventTime implements TimestampExtractor, Configurable {

    /** Header of a query whose event time is the time at which it was read; holds the timestamp it came with. */
    public static final String HEADER = "tagweir.no.event.time";

    /** Setting through which the application hands over its clock. */
    public static final String CLOCK_CONFIG = "tagweir.clock";

    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private InstantSource clock;

    /** Kafka's, which configures it. */
    public EventTime() {
        this(() -> {
            throw new IllegalStateException("the application hands over no " + CLOCK_CONFIG);
        });
    }

    EventTime(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        if (configs.get(CLOCK_CONFIG) instanceof InstantSource given) {
            clock = given;
        }
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long timestamp = record.timestamp();
        if (isTime(timestamp)) {
            return timestamp;
        }
        record.headers().add(HEADER, String.valueOf(timestamp).getBytes(StandardCharsets.UTF_8));
        return clock.millis();
    }

    /** Whether a timestamp, in milliseconds since the epoch, is one that a query can have. */
    static boolean isTime(long timestamp) {
        return timestamp >= 0 && timestamp <= LAST;
    }

    /**
     * A consumer for the topics that every instance reads whole, whose records have no negative timestamp: Kafka
     * Streams asks no extractor there and stops at such a record. Nothing depends on these timestamps, so they become
     * 0.
     */
    static KafkaConsumer<byte[], byte[]> globalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                return withoutNegative(super.poll(timeout));
            }
        };
    }

    private static ConsumerRecords<byte[], byte[]> withoutNegative(ConsumerRecords<byte[], byte[]> read) {
        var records = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        for (var partition : read.partitions()) {
            var valid = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            read.records(partition).forEach(record -> valid.add(record.timestamp() < 0 ? atZero(record) : record));
            records.put(partition, valid);
        }
        return new ConsumerRecords<>(records, read.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> atZero(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                0,
                TimestampType.CREATE_TIME,
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                record.leaderEpoch());
    }
}
