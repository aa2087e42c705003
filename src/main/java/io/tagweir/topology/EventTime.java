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
 * Extracts the event time of a record: its timestamp. If the timestamp is invalid, the event time is the time of
 * reading, and the header {@link #HEADER} is added, which the answer has, too.
 *
 * <p>A timestamp is invalid if it is negative, as old producers write, or after the year 9999, as a producer writes
 * that counts in microseconds. Kafka Streams' default extractor throws on a negative timestamp, outside every exception
 * handler, so that the application can never get past that record; and Kafka Streams drops records for which an
 * extractor returns a negative time. Kafka Streams creates and configures this class. Called by all stream threads.
 */
public final class EventTime implements TimestampExtractor, Configurable {

    /** Header of a query with an invalid timestamp; its value is that timestamp. */
    public static final String HEADER = "tagweir.no.event.time";

    /** Configuration key of the application's clock. */
    public static final String CLOCK_CONFIG = "tagweir.clock";

    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private InstantSource clock;

    /** For Kafka Streams, which configures it. */
    public EventTime() {
        this(() -> {
            throw new IllegalStateException(CLOCK_CONFIG + " is not configured");
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

    /** Whether a timestamp in milliseconds since the epoch is valid. */
    static boolean isTime(long timestamp) {
        return timestamp >= 0 && timestamp <= LAST;
    }

    /**
     * A consumer for global topics that replaces negative timestamps by 0: Kafka Streams calls no extractor for them
     * and fails on such a record. Nothing depends on these timestamps.
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
