package io.tagweir.head;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Priority;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.meter.MeterName;
import io.tagweir.query.HeldOut;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hits of the head are handed to the tail too, to measure the student by. */
final class QualitySampleTest {

    private static final HeldOut HELD_OUT = new HeldOut(0.5);

    @TempDir
    Path state;

    @Test
    void sampleGoesToTheTailWithTheTeachersTagsAndTheAnswerGoesOutAllTheSame() {
        try (var stream = stream(Role.HEAD, Map.of())) {
            String query = queries(HELD_OUT::contains, 1).get(0);
            stream.publish("v1", query, "color");
            stream.activate("v1", START);
            stream.ask("q1", query);

            assertThat(stream.answers())
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.value().getSource()).isEqualTo(Source.HEAD));
            assertThat(stream.misses()).singleElement().satisfies(record -> {
                assertThat(record.key()).asString().isEqualTo(query);
                assertThat(record.value().getTeacherTags())
                        .isEqualTo(List.of(new Tag("color", query, 0, query.length(), 1f)));
                assertThat(record.value().getCanonicalQuery()).isEqualTo(query);
                assertThat(record.value().getSnapshot()).isEqualTo("v1");
                assertThat(record.value().getPriority()).isEqualTo(Priority.BACKGROUND);
                assertThat(record.value().getDeadlineMs()).isNull();
            });
            assertThat(stream.meters.total(MeterName.QUALITY_SAMPLED)).isOne();
            assertThat(stream.meters.total(MeterName.MISSES)).isZero();
        }
    }

    @Test
    void teachersTagsCountInTheCanonicalQueryHoweverItWasTyped() {
        try (var stream = stream(Role.HEAD, Map.of())) {
            String query = queries(HELD_OUT::contains, 1).get(0);
            stream.publish("v1", query, "color");
            stream.activate("v1", START);
            stream.ask("q1", "  " + query.toUpperCase(java.util.Locale.ROOT) + " ");
            assertThat(stream.misses())
                    .singleElement()
                    .satisfies(record -> assertThat(record.value().getTeacherTags())
                            .isEqualTo(List.of(new Tag("color", query, 0, query.length(), 1f))));
        }
    }

    @Test
    void missesAreMissesAsBefore() {
        try (var stream = stream(Role.HEAD, Map.of())) {
            stream.activate("v1", START);
            stream.ask("q1", queries(HELD_OUT::contains, 1).get(0));
            assertThat(stream.misses())
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.value().getTeacherTags()).isNull());
            assertThat(stream.meters.total(MeterName.MISSES)).isOne();
            assertThat(stream.meters.total(MeterName.QUALITY_SAMPLED)).isZero();
        }
    }

    @Test
    void onlyQueriesKeptFromTrainingAreTaken() {
        try (var stream = stream(Role.HEAD, Map.of())) {
            var all = queries(query -> true, 40);
            ask(stream, all);
            assertThat(sampled(stream))
                    .isEqualTo(all.stream().filter(HELD_OUT::contains).toList());
        }
    }

    @Test
    void asManyAreTakenAsTheShareSays() {
        try (var stream = stream(Role.HEAD, Map.of("quality.share", "0.25"))) {
            ask(stream, queries(HELD_OUT::contains, 40));
            assertThat(sampled(stream)).hasSize(10);
        }
    }

    @Test
    void noneIsTakenWithAShareOfZero() {
        try (var stream = stream(Role.HEAD, Map.of("quality.share", "0"))) {
            ask(stream, queries(HELD_OUT::contains, 40));
            assertThat(sampled(stream)).isEmpty();
        }
    }

    /**
     * The interval is 1,000 ms:
     *
     * <pre>
     *   0 ms   popular x 20, rare     both taken once
     *   990    popular, rare          none
     *   1,010  popular                taken again
     * </pre>
     */
    @Test
    void popularQueryIsTakenOnceInAnIntervalLikeARareOne() {
        var head = head(Map.of());
        try (var stream = new TestStream(
                Role.HEAD, state, head.withQuality(head.quality().withInterval(Duration.ofSeconds(1))))) {
            var two = queries(HELD_OUT::contains, 2);
            String popular = two.get(0);
            String rare = two.get(1);
            two.forEach(query -> stream.publish("v1", query, "color"));
            stream.activate("v1", START);
            for (int i = 0; i < 20; i++) {
                stream.ask("p" + i, popular);
            }
            stream.ask("r", rare);
            assertThat(sampled(stream)).containsExactly(popular, rare);

            stream.pass(Duration.ofMillis(990));
            stream.ask("p20", popular);
            stream.ask("r1", rare);
            assertThat(sampled(stream)).isEmpty();

            stream.pass(Duration.ofMillis(20));
            stream.ask("p21", popular);
            assertThat(sampled(stream)).containsExactly(popular);
        }
    }

    @Test
    void noMoreAreTakenASecondThanTheCapAllows() {
        var head = head(Map.of());
        try (var stream =
                new TestStream(Role.HEAD, state, head.withQuality(head.quality().withPerSecond(2)))) {
            var many = queries(HELD_OUT::contains, 12);
            many.forEach(query -> stream.publish("v1", query, "color"));
            stream.activate("v1", START);
            int taken = 0;
            for (int i = 0; i < 12; i++) {
                stream.ask("q" + i, many.get(i));
                stream.pass(Duration.ofMillis(250));
                taken += sampled(stream).size();
            }
            assertThat(taken).isBetween(6, 7);
            assertThat(stream.answers()).hasSize(12);
        }
    }

    @Test
    void tagsPastTheirDateMeasureNobody() {
        try (var stream = stream(Role.HEAD, Map.of("head.max.age.ms", "1000"))) {
            String query = queries(HELD_OUT::contains, 1).get(0);
            stream.publish("v1", query, "color");
            stream.activate("v1", START);
            stream.ask("q1", "", query, START.plusSeconds(5));
            assertThat(stream.answers()).hasSize(1);
            assertThat(sampled(stream)).isEmpty();
        }
    }

    @Test
    void nobodyGetsAnAnswerToASample() {
        try (var stream = stream(Role.ALL, Map.of())) {
            var some = queries(HELD_OUT::contains, 5);
            ask(stream, some);
            stream.ask("miss", "in no head");
            var answers = stream.await(6);
            stream.watch();
            assertThat(stream.answers()).isEmpty();
            assertThat(answers)
                    .extracting(answer -> answer.value().getSource())
                    .filteredOn(source -> source == Source.HEAD)
                    .hasSize(5);
            assertThat(stream.meters.total(MeterName.QUALITY_SAMPLED)).isEqualTo(5);
            assertThat(stream.meters.total(MeterName.ANSWERS)).isEqualTo(6);
            assertThat(stream.ledger()).isEmpty();
        }
    }

    private TestStream stream(Role role, Map<String, String> more) {
        return new TestStream(role, state, head(more));
    }

    private static HeadSettings head(Map<String, String> more) {
        var settings = new HashMap<>(Map.of("quality.share", "1", "quality.held.out.share", "0.5"));
        settings.putAll(more);
        return TestStream.unlimitedSample(settings);
    }

    private static void ask(TestStream stream, List<String> queries) {
        queries.forEach(query -> stream.publish("v1", query, "color"));
        stream.activate("v1", START);
        queries.forEach(query -> stream.ask("q-" + query, query));
    }

    private static List<String> sampled(TestStream stream) {
        return stream.misses().stream()
                .map(TestRecord::value)
                .filter(miss -> miss.getTeacherTags() != null)
                .map(Miss::getCanonicalQuery)
                .toList();
    }

    private static List<String> queries(Predicate<String> which, int count) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "query " + i)
                .filter(which)
                .limit(count)
                .toList();
    }
}
