package io.tagweir.app;

import io.tagweir.app.settings.AppSettings;
import static io.tagweir.app.TeacherFilesIT.feed;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A snapshot whose publisher is killed half way: its rows are on the topic, but they are in no sealed snapshot. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CrashWhilePublishingIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

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
    void itIsListedAsPublishingCannotBecomeActiveAndIsCompleteOnceResumed() throws Exception {
        var deployment = CLUSTER.deployment("resumed", AppSettings.ACTIVATION_LEAD + "=0");
        deployment.publish("v1", Instant.now(), List.of("q0", "q1"));
        deployment.awaitVerified(deployment.start("one"));
        killHalfWay(deployment, "v2");

        assertThat(deployment.command("snapshot", "list").out())
                .anyMatch(line -> line.matches("v2 +PUBLISHING +0 .*"))
                .anyMatch(line -> line.matches("v1 +ACTIVE +2 .*\\(answers now\\)"));
        String never = "tagweir: the snapshot v2 is PUBLISHING and can't become active";
        deployment.command("snapshot", "activate", "v2").assertRefused(never);
        deployment.command("snapshot", "activate", "v2", "--force").assertRefused(never);
        assertThat(deployment.ask("before", "q0").getSnapshot()).isEqualTo("v1");

        var rows = IntStream.range(0, 300).mapToObj(i -> "q" + i).toList();
        var resumed = deployment
                .command("snapshot", "publish", "--resume", "v2", "--file", CLUSTER.file(json(rows)))
                .assertSuccess();
        assertThat(resumed.out())
                .containsExactly("v2 SEALED: 300 rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
        assertThat(deployment.storedQueries("v2")).containsExactlyInAnyOrderElementsOf(rows);
        deployment.command("snapshot", "activate", "v2", "--force").assertSuccess();
        await("v2 to answer", () -> {
            var answer = deployment.ask("after" + deployment.outputs().queries(), "q0");
            return answer.getSnapshot().equals("v2");
        });
    }

    @Test
    void itIsRetiredWithAllItsRowsAndItsIdIsNeverReused() throws Exception {
        var deployment = CLUSTER.deployment("dropped");
        int left = killHalfWay(deployment, "v1");
        var retired = deployment.command("snapshot", "retire", "v1").assertSuccess();
        assertThat(retired.out()).containsExactly("v1 RETIRED", left + " rows removed from dropped-head-tags");
        assertThat(deployment.storedQueries("v1")).isEmpty();

        var file = CLUSTER.file(json(List.of("q0")));
        deployment
                .command("snapshot", "publish", "--resume", "v1", "--file", file)
                .assertRefused("tagweir: the snapshot v1 is RETIRED; only one that is PUBLISHING can be resumed");
        deployment
                .command("snapshot", "publish", "v1", "--file", file)
                .assertRefused("tagweir: there is a snapshot v1 already, and ids are never reused");
    }

    /** Kills the command while some of its rows are on the topic and its input is still open; returns how many rows. */
    private static int killHalfWay(Deployment deployment, String id) throws Exception {
        try (var publish = TagweirProcess.start(deployment.arguments("snapshot", "publish", id, "--file", "-"))) {
            var fed = new ArrayList<String>();
            await("rows on the topic", () -> {
                feed(publish, fed, 500);
                return fed.size() % 5_000 == 0 && !deployment.storedQueries(id).isEmpty();
            });
            publish.kill();
            assertThat(publish.awaitExit()).isEqualTo(128 + 9);
        }
        assertThat(deployment.snapshot(id).getState()).isEqualTo(SnapshotState.PUBLISHING);
        int left = deployment.storedQueries(id).size();
        assertThat(left).isGreaterThan(300);
        return left;
    }

    private static List<String> json(List<String> queries) {
        return queries.stream().map(query -> Rows.json(query, "food", 0, 2)).toList();
    }
}
