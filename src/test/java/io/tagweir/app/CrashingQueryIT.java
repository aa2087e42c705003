package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A query at which the student crashes the process, under a supervisor that restarts it each time. */
class CrashingQueryIT {

    private static final int QUERIES = 400;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /** Restarts the only instance whenever it has died. */
    private static final class Supervisor {

        private final Deployment deployment;
        private ApplicationProcess process;
        private int starts = 1;

        Supervisor(Deployment deployment) {
            this.deployment = deployment;
            process = deployment.startProcess("one");
        }

        void check() {
            if (!process.isAlive()) {
                starts++;
                process = deployment.startProcess("one");
            }
        }
    }

    /**
     *
     *
     * <pre>
     *   process 1:  runs it in a batch ─► dies
     *   process 2:  finds the batch in the ledger, runs the query by itself ─► dies
     *   process 3:  answers it with FALLBACK, now and whenever it comes again; the student tags all others
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void queryThatCrashesTheProcessTwiceIsAFallbackAndAllOthersAreTagged(String guarantee) {
        var deployment =
                CLUSTER.deployment("crashing-" + guarantee, "guarantee=" + guarantee, Deployment.EARLY_CRASH_DETECTION);
        deployment.publish("v1", Instant.now(), List.of("popular"));
        var supervisor = new Supervisor(deployment);
        for (int i = 0; i < QUERIES; i++) {
            deployment.query("q" + i, i == QUERIES / 2 ? ApplicationProcess.CRASH : "rare " + i);
        }
        var outputs = deployment.outputs();
        outputs.await("every query to be answered", () -> {
            supervisor.check();
            return outputs.queries() == QUERIES;
        });
        deployment.query("again", ApplicationProcess.CRASH);
        deployment.query("later", "rare and late");
        outputs.awaitExactly(QUERIES + 2);

        assertThat(supervisor.starts).isEqualTo(3);
        assertThat(outputs.allAnswers()).allSatisfy(CrashingQueryIT::assertOnlyTheCrashingOneIsAFallback);
        if (guarantee.equals("exactly_once_v2")) {
            assertThat(outputs.repeated()).isEmpty();
        }
    }

    private static void assertOnlyTheCrashingOneIsAFallback(TaggedQuery answer) {
        if (answer.getQuery().equals(ApplicationProcess.CRASH)) {
            assertThat(answer.getSource()).isEqualTo(Source.FALLBACK);
            assertThat(answer.getDetail()).contains("the process died while it ran");
        } else {
            assertThat(answer.getSource()).as(answer.getQueryId()).isIn(Source.STUDENT, Source.CACHE);
        }
    }
}
