package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.CachedTags;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.tag.Taxonomy;
import io.tagweir.testing.FakeStudent;
import io.tagweir.testing.TestStream;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class TagTailTest {

    /** Leaves a held student alone, however slow the machine is. */
    private static final TailSettings PATIENT = TailSettings.with(Map.of("tail.watchdog.ms", 600_000L));

    private static final TailSettings ROOM_FOR_ONE =
            TailSettings.with(Map.of("tail.pending.max.queries", 1, "tail.watchdog.ms", 600_000L));

    private final FakeStudent student = new FakeStudent();
    private final Meters meters = new Meters(new SimpleMeterRegistry());
    private final KeyValueStore<String, CachedTags> cache = store(TagTail.CACHE, new CachedTags());
    private final KeyValueStore<String, Pending> ledger = store(TagTail.LEDGER, new Pending());

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
        student.hold();
        try (var shared = new Tail(
                ROOM_FOR_ONE, Roster.of(student), null, Taxonomy.ANY, new Vocabularies(), null, "", 1, meters)) {
            var context = new MockProcessorContext<byte[], TaggedQuery>();
            var tail = start(shared, context);

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

    /** The burst is under way when the process dies; its successor finds the ledger and asks the student once more. */
    @Test
    void burstOfOneTextCostsTwoRunsWithACrashInBetween() {
        int count = 10_000;
        student.hold();
        try (var shared =
                new Tail(PATIENT, Roster.of(student), null, Taxonomy.ANY, new Vocabularies(), null, "", 1, meters)) {
            var context = new MockProcessorContext<byte[], TaggedQuery>();
            var dies = start(shared, context);
            for (int i = 0; i < count; i++) {
                context.setRecordMetadata("queries", 0, i);
                dies.process(miss("q" + i));
            }
            assertThat(context.forwarded()).isEmpty();
            TestStream.until(() -> student.held() == 1);
            // Neither closed nor committed: what the next one finds is the ledger alone.

            var next = new MockProcessorContext<byte[], TaggedQuery>();
            try (var second = new Tail(
                    PATIENT, Roster.of(student), null, Taxonomy.ANY, new Vocabularies(), null, "", 1, meters)) {
                start(second, next);
                TestStream.until(() -> student.held() == 2);
                student.release();
                var answered = new ArrayList<String>();
                TestStream.until(() -> {
                    next.scheduledPunctuators()
                            .forEach(due -> due.getPunctuator().punctuate(0));
                    next.forwarded()
                            .forEach(answer ->
                                    answered.add(answer.record().value().getQueryId()));
                    next.resetForwards();
                    return answered.size() >= count;
                });
                assertThat(answered)
                        .containsExactlyElementsOf(
                                IntStream.range(0, count).mapToObj(i -> "q" + i).toList());
                assertThat(student.asked()).containsExactly("odd", "odd");
            }
        }
    }

    /** What lies on disk outlives a restart; with other thresholds it is not what the student would say now. */
    @Test
    void answerKeptUnderOtherSettingsIsNotServed() {
        assertThat(sources("0.5", "1", "2")).containsExactly(Source.STUDENT, Source.CACHE);
        assertThat(sources("0.5", "3")).containsExactly(Source.CACHE);
        assertThat(sources("0.9", "4")).containsExactly(Source.STUDENT);
    }

    /** Asks for the same text under each id, one after the other, in a process with these thresholds. */
    private List<Source> sources(String thresholds, String... ids) {
        var sources = new ArrayList<Source>();
        try (var shared = new Tail(
                PATIENT, Roster.of(student), null, Taxonomy.ANY, new Vocabularies(), null, thresholds, 1, meters)) {
            var context = new MockProcessorContext<byte[], TaggedQuery>();
            var tail = start(shared, context, true); // Leaves nothing in the ledger that would be asked for again.
            for (var id : ids) {
                context.setRecordMetadata("queries", 0, Long.parseLong(id));
                tail.process(miss(id));
                TestStream.until(() -> {
                    context.scheduledPunctuators()
                            .forEach(due -> due.getPunctuator().punctuate(0));
                    return answer(context, id).isPresent();
                });
                answer(context, id).ifPresent(answer -> sources.add(answer.getSource()));
            }
            tail.close();
        }
        return sources;
    }

    private static Optional<TaggedQuery> answer(MockProcessorContext<byte[], TaggedQuery> context, String id) {
        return context.forwarded().stream()
                .<TaggedQuery>map(forwarded -> forwarded.record().value())
                .filter(answer -> answer.getQueryId().equals(id))
                .findFirst();
    }

    private Processor<String, Miss, byte[], TaggedQuery> start(
            Tail shared, MockProcessorContext<byte[], TaggedQuery> context) {
        return start(shared, context, false);
    }

    private Processor<String, Miss, byte[], TaggedQuery> start(
            Tail shared, MockProcessorContext<byte[], TaggedQuery> context, boolean atomic) {
        context.addStateStore(ledger);
        context.addStateStore(cache);
        context.addStateStore(CommitWatch.builder(TagTail.COMMITS).build());
        var tail = TagTail.<String>supplier(() -> shared, atomic, InstantSource.system(), meters)
                .get();
        tail.init(context);
        return tail;
    }

    private static <T extends SpecificRecord> KeyValueStore<String, T> store(String name, T example) {
        var store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name),
                        Serdes.String(),
                        new SingleObjectSerde<T>(example.getSchema()))
                .withLoggingDisabled()
                .build();
        store.init(new MockProcessorContext<String, String>().getStateStoreContext(), store);
        return store;
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
