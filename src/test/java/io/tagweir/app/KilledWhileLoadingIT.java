package io.tagweir.app;

import io.tagweir.app.command.Await;
import io.tagweir.app.snapshot.SnapshotTopics;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.local.LocalCluster;
import io.tagweir.snapshot.life.Verification;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import io.tagweir.topology.FakeStudent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tally counts each row once, whatever a crash makes of the reading. */
class KilledWhileLoadingIT {

    private static final int ROWS = 30_000;

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
     *   rows       ─────────────────────────────────────── sealed
     *   first      ── storing ── killed
     *   second                     same state, goes on ───────── verified ── answers
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void snapshotIsVerifiedByWhoeverTakesOverFromAnInstanceKilledWhileStoringIt(String guarantee) throws Exception {
        var site = new Site(
                cluster,
                "killed-" + guarantee,
                dir,
                Map.of(
                        "guarantee",
                        guarantee,
                        "commit.interval.ms",
                        "1000",
                        "kafka.session.timeout.ms",
                        "6000",
                        "kafka.heartbeat.interval.ms",
                        "1500",
                        "kafka.producer.transaction.timeout.ms",
                        "6000"));
        var settings = site.settings();
        var reports = SnapshotTopics.headReports(settings);
        var rows = IntStream.range(0, ROWS)
                .mapToObj(i -> Site.row("v1", "popular " + i))
                .iterator();
        var now = Clock.systemUTC().instant();
        try (var publisher = SnapshotTopics.publisher(settings)) {
            CompletableFuture<SnapshotPublisher.UnsealedSnapshot> writing;
            try (var child = Child.start(site.given("one", Map.of()), dir.resolve(guarantee + ".log"))) {
                child.awaitWork();
                writing = CompletableFuture.supplyAsync(() -> publisher.write(
                        new SnapshotPublisher.PublishRequest("v1", "test", "", "", false), now, rows, count -> {}));
                Await.until(
                        "the first rows to be stored",
                        Site.PATIENCE,
                        () -> reports.read().reports().stream().anyMatch(tally -> tally.getRows() > 0));
                child.kill();
            }
            var sealed = publisher.seal(writing.get(60, TimeUnit.SECONDS));
            assertThat(sealed.getRows()).isEqualTo(ROWS);
            publisher.activate("v1", now);
            try (var second = site.start("one", new FakeStudent(), Map.of());
                    var sender = site.sender();
                    var outputs = site.outputs()) {
                Await.until("every partition to be verified", Site.PATIENCE, () -> {
                    var verification = Verification.of(sealed, reports.read());
                    return verification.isAnyRunning()
                            && verification.problems().isEmpty();
                });
                for (int i = 0; i < ROWS; i += 100) {
                    sender.query("q" + i, "popular " + i, site.event("q" + i, "popular " + i));
                }
                outputs.pollUntil("all answers", () -> outputs.queries() == ROWS / 100);
                assertThat(outputs.answers().values())
                        .extracting(List::size, all -> all.get(0).getSource())
                        .containsOnly(org.assertj.core.api.Assertions.tuple(1, Source.HEAD));
                assertThat(second.primed(Clock.systemUTC().instant())).isEqualTo(Site.PARTITIONS);
            }
        }
    }
}
