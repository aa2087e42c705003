package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.FakeStudent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each guarantee promises, with instances stopped and killed while queries flow.
 *
 * <pre>
 *   outputs counted       0 ─────────── a third ──────────────────── two thirds ─────────────── all
 *   steady (this process)  runs ── student held ┤ closed ├─ runs ───────────────────────────────┤
 *   doomed (its own)       runs ─────────────────────────────── student held ┤ kill -9
 *   heir (this process)                                    only where nobody else has the role ├┤
 *   sender                never more than a window ahead of what has come out
 * </pre>
 */
class GuaranteesIT {

    private static final int QUERIES = 6_000;

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

    @ParameterizedTest
    @CsvSource({
        "at_least_once,   all,  all",
        "exactly_once_v2, all,  all",
        "at_least_once,   head, tail",
        "exactly_once_v2, head, tail"
    })
    void nothingIsLostAndNothingRepeatedButByACrashUnderAtLeastOnce(String guarantee, String steady, String doomed)
            throws Exception {
        String name = guarantee.replace('_', '-') + "-" + steady;
        var site = new Site(
                cluster,
                name,
                dir.resolve(name),
                Map.of(
                        StreamsSettings.GUARANTEE,
                        guarantee,
                        // A crash is noticed as fast as a broker allows by default.
                        "kafka.session.timeout.ms",
                        "6000",
                        "kafka.heartbeat.interval.ms",
                        "1500",
                        // Until it runs out, what the killed process had open hides what follows it.
                        "kafka.producer.transaction.timeout.ms",
                        "6000"));
        var start = Instant.now();
        var traffic = new MixedTraffic(site, QUERIES, start);
        traffic.publish();
        var steadyRole = Map.of(AppSettings.ROLE, steady);
        var doomedRole = Map.of(AppSettings.ROLE, doomed);
        var gate = new FakeStudent();
        var student = new PacedStudent(gate, ChildApplication.PACE);

        var running = site.start("steady", student, steadyRole);
        Application heir = null;
        try (var outputs = site.outputs();
                traffic;
                var child = Child.start(site.given("doomed", doomedRole), dir.resolve(name + ".log"))) {
            site.awaitRows(running);
            child.awaitWork();

            traffic.pump(outputs, QUERIES / 3);
            if (running.tail().isPresent()) {
                var tail = running.tail().get();
                gate.hold();
                traffic.pumpUntil(outputs, "misses to be with the student", () -> tail.pending() > 0);
            }
            running.close();
            assertNothingMissing(running);
            gate.release();
            running = site.start("steady", student, steadyRole);
            traffic.pump(outputs, QUERIES * 2 / 3);
            assertThat(outputs.repeated()).as("repeated though nothing crashed").isEmpty();

            child.ask("hold");
            traffic.pumpUntil(outputs, "misses to be with the student", () -> child.pending() > 0);
            // From here on Kafka would not deliver them again: only the ledger knows of them.
            int commits = child.commits();
            traffic.pumpUntil(outputs, "their offsets to be committed", () -> child.commits() > commits + 1);
            assertThat(child.missing()).isZero();
            child.kill();
            if (!doomed.equals(steady)) {
                heir = site.start("heir", student, doomedRole);
            }
            traffic.pump(outputs, QUERIES);
            running.close();
            assertNothingMissing(running);
            if (heir != null) {
                heir.close();
                assertNothingMissing(heir);
            }
            outputs.pollToEnd();

            assertEverythingCameOut(traffic, outputs);
            if (guarantee.equals("exactly_once_v2")) {
                assertThat(outputs.repeated()).isEmpty();
            }
        } finally {
            running.close();
            if (heir != null) {
                heir.close();
            }
        }
    }

    /** Each instance by itself, whatever it took over, gave away, and read again. */
    private static void assertNothingMissing(Application application) {
        var figures = application.meters().queries().figures();
        assertThat(figures.read()).isPositive();
        assertThat(figures.pending()).as("pending once closed").isZero();
        assertThat(figures.missing()).as("%s", figures).isZero();
    }

    /** What a crash repeats may find the student's answer to its first time in the cache. */
    private static Set<Source> sources(MixedTraffic.Kind kind, int answers) {
        return kind.source() == Source.STUDENT && answers > 1
                ? Set.of(Source.STUDENT, Source.CACHE)
                : Set.of(kind.source());
    }

    private static void assertEverythingCameOut(MixedTraffic traffic, Outputs outputs) {
        assertThat(outputs.answers().keySet()).isEqualTo(traffic.ids(MixedTraffic.Kind::isAnswered));
        assertThat(outputs.deadLetters().keySet()).isEqualTo(traffic.ids(kind -> !kind.isAnswered()));
        outputs.deadLetters()
                .forEach((id, letters) -> assertThat(letters)
                        .allSatisfy(letter -> assertThat(new String(
                                        letter.headers()
                                                .lastHeader(DeadLetterHandler.REASON_HEADER)
                                                .value(),
                                        StandardCharsets.UTF_8))
                                .startsWith(traffic.kind(id).reason())));
        outputs.answers().forEach((id, answers) -> {
            for (var answer : answers) {
                assertThat(answer.getSource()).as(id).isIn(sources(traffic.kind(id), answers.size()));
                assertThat(answer.getSnapshot()).as(id).isEqualTo(traffic.snapshot(id));
                if (answer.getSource() == Source.HEAD) {
                    assertThat(answer.getTags())
                            .singleElement()
                            .satisfies(tag -> assertThat(tag.getLabel()).isEqualTo(answer.getSnapshot()));
                }
            }
            assertThat(answers.stream().map(GuaranteesIT::essence).distinct())
                    .as("repetitions of one answer")
                    .hasSize(1);
        });
    }

    /**
     * An answer without what a repeat may differ in: when it was given, and whether the student or its cache gave it.
     */
    private static TaggedQuery essence(TaggedQuery answer) {
        return TaggedQuery.newBuilder(answer)
                .setTaggedTime(Instant.EPOCH)
                .setSource(answer.getSource() == Source.CACHE ? Source.STUDENT : answer.getSource())
                .build();
    }
}
