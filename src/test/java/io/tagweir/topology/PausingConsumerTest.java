package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a stream thread reads when.
 *
 * <pre>
 *   reads   rows ─── queries ─ queries ─ ... ─ rows ─── queries (none) ─ rows ───
 *   lasts   ├ 20 ms ┤├ as long at most ─────┤           └ at once
 * </pre>
 */
class PausingConsumerTest {

    private static final TopicPartition ROWS = new TopicPartition("head-tags", 0);
    private static final TopicPartition QUERIES = new TopicPartition("queries", 0);
    private static final Duration WAIT = Duration.ofMillis(2);

    private final Map<TopicPartition, Long> written = new HashMap<>();
    private final Set<TopicPartition> full = new HashSet<>();
    private final Set<TopicPartition> rewinds = new HashSet<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final Paused consumer = new Paused(new PollControl(
            partition -> partition.topic().equals("head-tags"),
            full::contains,
            rewinds::remove,
            new FairPolling(() -> now)));

    /** What {@link PausingConsumer} is to a real consumer. */
    private static final class Paused extends MockConsumer<byte[], byte[]> {

        private final PollControl control;

        Paused(PollControl control) {
            super("earliest");
            this.control = control;
        }

        @Override
        public synchronized void pause(Collection<TopicPartition> partitions) {
            control.paused(partitions);
            super.pause(partitions);
        }

        @Override
        public synchronized void resume(Collection<TopicPartition> partitions) {
            super.resume(control.resumed(partitions));
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            var plan = control.beforePoll(assignment(), timeout);
            if (!plan.rewind().isEmpty()) {
                super.seekToBeginning(plan.rewind());
            }
            super.pause(plan.pause());
            super.resume(plan.resume());
            var records = super.poll(plan.timeout());
            control.afterPoll(records.partitions());
            return records;
        }
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(ROWS, QUERIES));
        consumer.updateBeginningOffsets(Map.of(ROWS, 0L, QUERIES, 0L));
    }

    private void write(TopicPartition partition) {
        long offset = written.merge(partition, 1L, Long::sum) - 1;
        consumer.addRecord(
                new ConsumerRecord<>(partition.topic(), partition.partition(), offset, new byte[0], new byte[0]));
    }

    private Set<TopicPartition> read() {
        return consumer.poll(WAIT).partitions();
    }

    @Test
    void rowsThatAreToBeStoredAgainAreReadFromTheirBeginningOnce() {
        write(ROWS);
        write(ROWS);
        read();
        rewinds.add(ROWS);
        read();
        assertThat(consumer.position(ROWS)).isZero();
        read();
        assertThat(rewinds).isEmpty();
    }

    @Test
    void rowsAndQueriesAreReadTogetherWhileNoRowsCome() {
        write(QUERIES);
        assertThat(read()).containsExactly(QUERIES);
        write(QUERIES);
        write(ROWS);
        assertThat(read()).containsExactlyInAnyOrder(ROWS, QUERIES);
    }

    @Test
    void afterRowsTheQueriesAreReadAlone() {
        write(ROWS);
        read();
        write(ROWS);
        write(QUERIES);
        assertThat(read()).containsExactly(QUERIES);
    }

    @Test
    void rowsGoOnOnceNoQueryIsLeft() {
        write(ROWS);
        read();
        now = now.plusMillis(20);
        write(ROWS);
        assertThat(read()).isEmpty();
        assertThat(read()).containsExactly(ROWS);
    }

    @Test
    void queriesThatKeepComingHoldRowsUpForNoLongerThanRowsHeldThemUp() {
        write(ROWS);
        read();
        now = now.plusMillis(20);
        write(ROWS);
        for (int i = 0; i < 4; i++) {
            write(QUERIES);
            assertThat(read()).containsExactly(QUERIES);
            now = now.plusMillis(5);
        }
        write(QUERIES);
        assertThat(read()).containsExactlyInAnyOrder(ROWS, QUERIES);
    }

    @Test
    void aClockThatIsSetBackHoldsNoRowsUp() {
        write(ROWS);
        read();
        now = now.plusMillis(20);
        write(ROWS);
        write(QUERIES);
        read();
        now = now.minusSeconds(3_600);
        write(QUERIES);
        assertThat(read()).containsExactlyInAnyOrder(ROWS, QUERIES);
    }

    @Test
    void whatKafkaStreamsHasPausedStaysPausedThroughTheTurns() {
        write(ROWS);
        read();
        consumer.pause(Set.of(ROWS));
        write(ROWS);
        assertThat(read()).isEmpty();
        assertThat(read()).isEmpty();
        consumer.resume(Set.of(ROWS));
        assertThat(read()).containsExactly(ROWS);
    }

    @Test
    void whatKafkaStreamsResumesWaitsForItsTurn() {
        write(ROWS);
        read();
        write(ROWS);
        write(QUERIES);
        assertThat(read()).containsExactly(QUERIES);
        consumer.pause(Set.of(ROWS));
        consumer.resume(Set.of(ROWS));
        assertThat(consumer.paused()).containsExactly(ROWS);
        assertThat(read()).isEmpty();
        assertThat(read()).containsExactly(ROWS);
    }

    @Test
    void queriesOfAFullPartitionWaitAndTheRowsThatEndTheWaitComeIn() {
        full.add(QUERIES);
        write(QUERIES);
        write(ROWS);
        assertThat(read()).containsExactly(ROWS);
        assertThat(read()).isEmpty();
        write(ROWS);
        assertThat(read()).containsExactly(ROWS);
        full.clear();
        assertThat(read()).containsExactly(QUERIES);
    }

    @Test
    void failureOfTheConsumerIsThrownUnchanged() {
        consumer.setPollException(new KafkaException("no"));
        assertThatThrownBy(this::read).isInstanceOf(KafkaException.class).hasMessage("no");
    }
}
