package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.StreamsSettings;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.testing.FakeStudent;
import java.time.Instant;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each guarantee promises, with instances stopped and killed while queries flow.
 *
 * <pre>
 *   outputs counted           0 ─────────── a third ──────────────────── two thirds ─────────────── all
 *   steady (this process)      runs ── student held ┤ closed ├─ runs ───────────────────────────────┤
 *   doomed (its own process)   runs ─────────────────────────────── student held ┤ kill -9
 *   heir (this process)                                    only if no other instance has the role  ├┤
 *   producer                  never more than a window ahead of what has come out
 * </pre>
 */
class GuaranteesIT {

    private static final int QUERIES = 6_000;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @ParameterizedTest
    @CsvSource({
        "at_least_once,   all,  all",
        "exactly_once_v2, all,  all",
        "at_least_once,   head, tail",
        "exactly_once_v2, head, tail"
    })
    void nothingIsLostAndOnlyACrashUnderAtLeastOnceRepeatsAnything(String guarantee, String steady, String doomed)
            throws Exception {
        var deployment = CLUSTER.deployment(
                guarantee + "-" + steady, "guarantee=" + guarantee, Deployment.EARLY_CRASH_DETECTION);
        var traffic = new MixedTraffic(deployment, QUERIES, Instant.now());
        traffic.publish();
        var outputs = deployment.outputs();
        var held = new FakeStudent();
        var student = new PacedStudent(held, ApplicationProcess.PACE);
        var first = deployment.start("steady", student, "role=" + steady);
        var process = deployment.startProcess("doomed", "role=" + doomed);
        deployment.awaitRows(first);
        process.awaitTasks();

        traffic.pump(QUERIES / 3);
        if (first.tail().isPresent()) {
            var tail = first.tail().get();
            held.hold();
            traffic.pumpUntil("misses to be with the student", () -> tail.pending() > 0);
        }
        first.close();
        assertNothingMissing(first);
        held.release();
        var second = deployment.start("steady", student, "role=" + steady);
        traffic.pump(QUERIES * 2 / 3);
        assertThat(outputs.repeated()).as("repeated without a crash").isEmpty();

        process.holdStudent();
        traffic.pumpUntil("misses to be with the student", () -> process.pending() > 0);
        // After the commit Kafka would not deliver them again: only the ledger has them.
        int commits = process.commits();
        traffic.pumpUntil("their offsets to be committed", () -> process.commits() > commits + 1);
        assertThat(process.missing()).isZero();
        process.kill();
        if (doomed.equals(steady)) {
            traffic.pump(QUERIES);
        } else {
            var heir = deployment.start("heir", student, "role=" + doomed);
            traffic.pump(QUERIES);
            heir.close();
            assertNothingMissing(heir);
        }
        second.close();
        assertNothingMissing(second);

        traffic.assertEverythingCameOut();
        if (guarantee.equals("exactly_once_v2")) {
            assertThat(outputs.repeated()).isEmpty();
        }
    }

    /** Holds for each instance, whatever tasks it took over or gave up. */
    private static void assertNothingMissing(Application application) {
        var figures = application.meters().queries().figures();
        assertThat(figures.read()).isPositive();
        assertThat(figures.pending()).as("pending once closed").isZero();
        assertThat(figures.missing()).as("%s", figures).isZero();
    }
}
