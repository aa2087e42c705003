package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.MissReason;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.topology.FakeStudent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An empty head never becomes the student's load: queries wait until their partition is primed, and none is lost. */
class ColdStartIT {

    private static final int HEAD = 2_000;

    /** One query in fifty is in no head. */
    private static final int MISS_EVERY = 50;

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /**
     *
     *
     * <pre>
     *   event time   an hour ago: 20,000 queries           now: the snapshot and its rows
     *   wall clock   queries, snapshot, then the first start
     * </pre>
     *
     * <p>The backlog is twenty times what may be held, so most of it waits in Kafka.
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void firstStartWithAnHourOldBacklogAnswersAllFromTheHead(String guarantee) throws Exception {
        var site = new Site(
                cluster,
                "backlog-" + guarantee,
                dir,
                Map.of("guarantee", guarantee, "head.cold.hold.max.queries", "1000"));
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            ask(site, sender, "q", 20_000, now().minus(Duration.ofHours(1)));
            site.publish("v1", now(), head());
            try (var only = site.start("one", new FakeStudent(), Map.of())) {
                outputs.pollUntil("every query to be answered", () -> outputs.queries() == 20_000);
                outputs.pollToEnd();
                assertAccountedFor(outputs, "q", 20_000);
                assertThat(count(outputs, answer -> answer.getMissReason() == MissReason.COLD))
                        .isZero();
                assertThat(missesOf(only)).isEqualTo(20_000 / MISS_EVERY);
            }
        }
    }

    /**
     *
     *
     * <pre>
     *   control   v1 sealed and active
     *   rows                                   the last one comes late
     *   queries   1,000 that can't wait   5,000 that can
     *   student   some, at the cap             the 2 % that no head has
     * </pre>
     */
    @Test
    void partitionThatIsNotPrimedGivesTheStudentNoMoreThanTheCap() throws Exception {
        int cap = 100;
        var site = new Site(
                cluster,
                "late-rows",
                dir,
                Map.of(
                        "head.cold.hold.max.queries",
                        "400",
                        "head.cold.student.max.queries",
                        String.valueOf(cap),
                        "kafka.consumer.max.poll.records",
                        "50",
                        "kafka.buffered.records.per.partition",
                        "50"));
        try (var sender = site.sender();
                var outputs = site.outputs();
                var late = new LateRow(site, "v1", head())) {
            long start = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                sender.query("hurried" + i, text(i), site.event("hurried" + i, text(i), 0), now());
            }
            ask(site, sender, "q", 5_000, now());
            try (var only = site.start("one", new FakeStudent(), Map.of())) {
                var mostHeld = new AtomicInteger();
                outputs.pollUntil("the student to be given 200", () -> {
                    mostHeld.accumulateAndGet(only.tasks().held(), Math::max);
                    return outputs.queries() >= 200;
                });
                // The bound is a soft one: what has been fetched comes in.
                assertThat(mostHeld.get()).isBetween(100, 2_000);
                double seconds = (System.nanoTime() - start) / 1e9;
                assertThat(count(outputs, answer -> answer.getMissReason() == MissReason.COLD))
                        .as("answers of the student within %.1f s", seconds)
                        .isLessThanOrEqualTo((int) (cap * (seconds + 0.2)));
                assertThat(count(outputs, answer -> answer.getSource() == Source.HEAD))
                        .isZero();

                late.send();
                outputs.pollUntil("every query to be answered", () -> outputs.queries() == 6_000);
                outputs.pollToEnd();
                assertThat(outputs.repeated()).isEmpty();
                assertThat(count(
                                outputs,
                                answer -> answer.getQueryId().startsWith("q")
                                        && answer.getMissReason() == MissReason.COLD))
                        .isZero();
                assertThat(missesOf(only)).isEqualTo(count(outputs, answer -> answer.getSource() != Source.HEAD));
            }
        }
    }

    /** Rows and marks come back from the changelog before any query is looked up. */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void restartWithoutStateAndAMoveToANewInstanceKeepTheHitShareUnderTraffic(String guarantee) throws Exception {
        var site = new Site(cluster, "moves-" + guarantee, dir, Map.of("guarantee", guarantee));
        site.publish("v1", now(), head());
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            try (var one = site.start("one", new FakeStudent(), Map.of())) {
                ask(site, sender, "a", 3_000, now());
                outputs.pollUntil("the first answers", () -> outputs.queries() >= 1_000);
            }
            Directories.delete(dir.resolve("one"));
            ask(site, sender, "b", 3_000, now());
            try (var one = site.start("one", new FakeStudent(), Map.of())) {
                outputs.pollUntil("answers after the wipe", () -> outputs.queries() >= 4_000);
                ask(site, sender, "c", 3_000, now());
                try (var two = site.start("two", new FakeStudent(), Map.of())) {
                    ask(site, sender, "d", 3_000, now());
                    outputs.pollUntil("every query to be answered", () -> outputs.queries() == 12_000);
                    outputs.pollToEnd();
                    for (var lot : List.of("a", "b", "c", "d")) {
                        assertAccountedFor(outputs, lot, 3_000);
                    }
                    assertThat(count(outputs, answer -> answer.getMissReason() == MissReason.COLD))
                            .isZero();
                    assertThat(one.primed(now()) + two.primed(now())).isEqualTo(Site.PARTITIONS);
                }
            }
        }
    }

    private static void assertAccountedFor(Outputs outputs, String lot, int queries) {
        assertThat(outputs.repeated()).isEmpty();
        assertThat(count(outputs, answer -> answer.getQueryId().startsWith(lot)))
                .isEqualTo(queries);
        assertThat(count(
                        outputs,
                        answer -> answer.getQueryId().startsWith(lot)
                                && answer.getSource() == Source.HEAD
                                && answer.getSnapshot().equals("v1")))
                .isEqualTo(queries - queries / MISS_EVERY);
        assertThat(count(
                        outputs,
                        answer -> answer.getQueryId().startsWith(lot) && answer.getMissReason() == MissReason.GENUINE))
                .isEqualTo(queries / MISS_EVERY);
    }

    private static int count(Outputs outputs, Predicate<TaggedQuery> which) {
        return (int) outputs.answers().values().stream()
                .flatMap(List::stream)
                .filter(which)
                .count();
    }

    private static int missesOf(Application application) {
        return (int) application.meters().total(MeterName.MISSES);
    }

    private static List<String> head() {
        return IntStream.range(0, HEAD).mapToObj(i -> "popular " + i).toList();
    }

    private static String text(int number) {
        return number % MISS_EVERY == 0 ? "rare " + number : "popular " + number % HEAD;
    }

    private static void ask(Site site, Sender sender, String lot, int queries, Instant from) {
        for (int i = 0; i < queries; i++) {
            sender.query(lot + i, text(i), site.event(lot + i, text(i)), from.plusMillis(i / 10));
        }
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
