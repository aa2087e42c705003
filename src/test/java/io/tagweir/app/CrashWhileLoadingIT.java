package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotTopics;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tagweir.avro.Source;
import io.tagweir.snapshot.life.Verification;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tally counts each row once, even if an instance crashes while it stores the rows. */
class CrashWhileLoadingIT {

    private static final List<String> HEAD = Rows.queries("popular", 30_000);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   rows       ─────────────────────────────────────── sealed
     *   first      ── storing ── killed
     *   second                     same state, continues ────── verified ── answers
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void snapshotIsVerifiedByTheSuccessorOfAnInstanceKilledWhileStoringIt(String guarantee) throws Exception {
        var deployment = CLUSTER.deployment(
                "killed-" + guarantee,
                "guarantee=" + guarantee,
                "commit.interval.ms=1000",
                Deployment.EARLY_CRASH_DETECTION);
        var settings = deployment.settings();
        var reports = SnapshotTopics.headReports(settings);
        var rows = HEAD.stream().map(query -> Rows.row("v1", query)).iterator();
        var now = Instant.now();
        try (var publisher = SnapshotTopics.publisher(settings)) {
            var first = deployment.startProcess("one");
            first.awaitTasks();
            var writing = CompletableFuture.supplyAsync(() -> publisher.write(
                    new SnapshotPublisher.PublishRequest("v1", "test", "", "", false), now, rows, count -> {}));
            await(
                    "the first rows to be stored",
                    () -> reports.read().reports().stream().anyMatch(report -> report.getRows() > 0));
            first.kill();
            var sealed = publisher.seal(writing.get(60, TimeUnit.SECONDS));
            assertThat(sealed.getRows()).isEqualTo(HEAD.size());
            publisher.activate("v1", now);

            var second = deployment.start("one");
            await("every partition to be verified", () -> {
                var verification = Verification.of(sealed, reports.read());
                return verification.isAnyRunning() && verification.problems().isEmpty();
            });
            for (int i = 0; i < HEAD.size(); i += 100) {
                deployment.query("q" + i, HEAD.get(i));
            }
            var outputs = deployment.outputs();
            outputs.await(HEAD.size() / 100);
            assertThat(outputs.answers().values())
                    .extracting(List::size, all -> all.get(0).getSource())
                    .containsOnly(tuple(1, Source.HEAD));
            assertThat(second.primed(Instant.now())).isEqualTo(Deployment.PARTITIONS);
        }
    }
}
