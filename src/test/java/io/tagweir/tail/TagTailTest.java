package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.meter.Meters;
import io.tagweir.topology.FakeStudent;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class TagTailTest {

    private static final TailSettings ROOM_FOR_ONE = new TailSettings(1, 64, 8, Duration.ZERO, 1, Duration.ofMillis(2));

    /**
     *
     *
     * <pre>
     *   offset 7   taken, waits for the student; the tail is full
     *   offset 7   comes again: its entry will answer it      ── nothing now
     *   offset 8   a query of its own                         ── shed
     * </pre>
     */
    @Test
    void missThatIsDeliveredAgainIsNotShedThoughTheTailIsFull() {
        var student = new FakeStudent();
        student.hold();
        var meters = new Meters(new SimpleMeterRegistry());
        try (var batcher = new MicroBatcher(student, ROOM_FOR_ONE, meters)) {
            var serde = new SingleObjectSerde<Pending>(Pending.getClassSchema());
            var context = new MockProcessorContext<byte[], TaggedQuery>();
            var ledger = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(TagTail.STORE), Serdes.String(), serde)
                    .withLoggingDisabled()
                    .build();
            ledger.init(context.getStateStoreContext(), ledger);
            context.addStateStore(ledger);
            context.addStateStore(CommitWatch.builder("commit-watch").build());
            var tail = TagTail.<String>supplier(
                            () -> batcher, ROOM_FOR_ONE, false, serde, InstantSource.system(), meters)
                    .get();
            tail.init(context);

            context.setRecordMetadata("queries", 0, 7);
            tail.process(miss("q7"));
            tail.process(miss("q7"));
            assertThat(context.forwarded()).isEmpty();

            context.setRecordMetadata("queries", 0, 8);
            tail.process(miss("q8"));
            assertThat(context.forwarded()).singleElement().satisfies(shed -> {
                assertThat(shed.record().value().getQueryId()).isEqualTo("q8");
                assertThat(shed.record().value().getSource()).isEqualTo(Source.SHED);
            });
            student.release();
            tail.close();
        }
    }

    private static Record<String, Miss> miss(String id) {
        var miss = Miss.newBuilder()
                .setQueryId(id)
                .setQuery("odd")
                .setCanonicalQuery("odd")
                .setEventTime(Instant.EPOCH)
                .build();
        return new Record<>("odd", miss, 0);
    }
}
