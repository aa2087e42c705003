package io.tagweir.app;

import static io.tagweir.app.SnapshotPublishIT.control;
import static io.tagweir.app.SnapshotPublishIT.refused;
import static io.tagweir.app.SnapshotPublishIT.run;
import static io.tagweir.app.SnapshotSourcesIT.feed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.FakeStudent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A publication whose process is killed half way: its rows are on the topic, and it is nobody's snapshot. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledPublishIT {

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
     *   v1           active ────────────────────────────────────┐
     *   v2           rows ─ kill -9     activate: refused       │ resumed with 300 rows, active
     *   application        stores them ── q0 answered from v1 ──┴── q0 answered from v2
     * </pre>
     */
    @Test
    void itCanNeverBecomeActiveIsListedAsPublishingAndIsWholeOnceResumed() throws Exception {
        var site = new Site(cluster, "resumed", dir, Map.of(AppSettings.ACTIVATION_LEAD, "0"));
        site.publish("v1", Clock.systemUTC().instant(), List.of("q0", "q1"));
        try (var application = site.start("resumed", new FakeStudent(), Map.of());
                var outputs = site.outputs()) {
            Await.until(
                    "v1 to be verified",
                    Site.PATIENCE,
                    () -> application.primed(Clock.systemUTC().instant()) == Site.PARTITIONS);
            killHalfWay(site, "v2");

            assertThat(run(site, "list").out())
                    .anyMatch(line -> line.matches("v2 +PUBLISHING +0 .*"))
                    .anyMatch(line -> line.matches("v1 +ACTIVE +2 .*\\(answers now\\)"));
            String never = "tagweir: the snapshot v2 is PUBLISHING and can't become active";
            refused(run(site, "activate", "v2"), never);
            refused(run(site, "activate", "v2", "--force"), never);
            assertThat(answerer(site, outputs, "before")).isEqualTo("v1");

            var rows = IntStream.range(0, 300).mapToObj(i -> "q" + i).toList();
            var resumed = run(site, "publish", "--resume", "v2", "--file", file(rows));
            assertThat(resumed.exitCode()).as("%s", resumed.err()).isZero();
            assertThat(resumed.out())
                    .containsExactly("v2 SEALED: 300 rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
            assertThat(SnapshotPublishIT.rows(site, "v2")).containsExactlyInAnyOrderElementsOf(rows);
            var activated = run(site, "activate", "v2", "--force");
            assertThat(activated.exitCode()).as("%s", activated.err()).isZero();
            Await.until(
                    "v2 to answer",
                    Site.PATIENCE,
                    () -> answerer(site, outputs, "after" + outputs.queries()).equals("v2"));
        }
    }

    @Test
    void itIsDroppedWithAllItsRowsAndItsIdIsGoneForGood() throws Exception {
        var site = new Site(cluster, "dropped", dir, Map.of());
        int left = killHalfWay(site, "v1");
        var retired = run(site, "retire", "v1");
        assertThat(retired.exitCode()).as("%s", retired.err()).isZero();
        assertThat(retired.out()).containsExactly("v1 RETIRED", left + " rows removed from dropped-head-tags");
        assertThat(SnapshotPublishIT.rows(site, "v1")).isEmpty();

        var file = file(List.of("q0"));
        refused(
                run(site, "publish", "--resume", "v1", "--file", file),
                "tagweir: the snapshot v1 is RETIRED; only one that is PUBLISHING can be resumed");
        refused(
                run(site, "publish", "v1", "--file", file),
                "tagweir: there is a snapshot v1 already, and ids are never reused");
    }

    /** Kills the command when some of its rows are on the topic and its input is still open; returns how many are. */
    private static int killHalfWay(Site site, String id) throws Exception {
        try (var publish = TagweirProcess.start(SnapshotPublishIT.arguments(site, "publish", id, "--file", "-"))) {
            var fed = new ArrayList<String>();
            Await.until("rows on the topic", Site.PATIENCE, () -> {
                feed(publish, fed, 500);
                return fed.size() % 5_000 == 0
                        && !SnapshotPublishIT.rows(site, id).isEmpty();
            });
            publish.kill();
            assertThat(publish.awaitExit()).isEqualTo(128 + 9);
        }
        assertThat(control(site, id).getState()).isEqualTo(SnapshotState.PUBLISHING);
        int left = SnapshotPublishIT.rows(site, id).size();
        assertThat(left).isGreaterThan(300);
        return left;
    }

    /** The snapshot that a query of now is answered from. */
    private static String answerer(Site site, Outputs outputs, String queryId) {
        try (var sender = site.sender()) {
            sender.query(queryId, "q0", site.event(queryId, "q0"));
        }
        outputs.pollUntil("the answer to " + queryId, () -> outputs.answers().containsKey(queryId));
        return outputs.answers().get(queryId).get(0).getSnapshot();
    }

    private static String file(List<String> queries) throws IOException {
        var lines = queries.stream()
                .map(query -> SnapshotSourcesIT.json(query, 0, 2, "[]"))
                .toList();
        return Files.write(Files.createTempFile(dir, "rows", ".jsonl"), lines).toString();
    }
}
