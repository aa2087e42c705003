package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_772_366_400_000L, 253_402_300_799_999L})
    void timestampOfTheRecordIsItsEventTime(long timestamp) {
        var record = record(timestamp);
        assertThat(eventTime().extract(record, 7)).isEqualTo(timestamp);
        assertThat(record.headers()).isEmpty();
    }

    /** The third is one in microseconds. */
    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 1_772_366_400_000_000L, Long.MAX_VALUE})
    void whatIsNoTimeBecomesTheTimeOfReadingAndIsMarked(long timestamp) {
        var record = record(timestamp);
        assertThat(eventTime().extract(record, 7)).isEqualTo(NOW.toEpochMilli());
        assertThat(new String(record.headers().lastHeader(EventTime.HEADER).value(), StandardCharsets.UTF_8))
                .isEqualTo(String.valueOf(timestamp));
    }

    private static EventTime eventTime() {
        var eventTime = new EventTime();
        eventTime.configure(Map.of(EventTime.CLOCK_CONFIG, InstantSource.fixed(NOW)));
        return eventTime;
    }

    private static ConsumerRecord<Object, Object> record(long timestamp) {
        return new ConsumerRecord<>(
                "queries",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders(),
                Optional.empty());
    }
}
