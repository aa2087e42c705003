package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.topology.FakeStudent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class TagTailTest {

    private static final TailSettings ROOM_FOR_ONE =
            TailSettings.with(Map.of("tail.pending.max.queries", 1, "tail.shed.standard.ratio", 1.0));

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
        try (var shared = new Tail(ROOM_FOR_ONE, Roster.of(student), 1, meters)) {
            var context = new MockProcessorContext<byte[], TaggedQuery>();
            TagTail.supplier(() -> shared, false, InstantSource.system(), meters)
                    .stores()
                    .forEach(builder -> {
                        var store = builder.withLoggingDisabled().build();
                        store.init(context.getStateStoreContext(), store);
                        context.addStateStore(store);
                    });
            var tail = TagTail.<String>supplier(() -> shared, false, InstantSource.system(), meters)
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
