package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lost state directory costs a restore: rows that were refused stay refused, rows that were served are served. */
class RestoreIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   head-tags   good, poisoned, misplaced, outside, rubbish
     *   first run   stores good; dead letters: the other four    ── close, wipe ──
     *   second run  restores good from the changelog, and nothing else
     * </pre>
     */
    @Test
    void rowThatWasRefusedIsNotRestoredAndRowThatWasServedIs() throws Exception {
        var labels = CLUSTER.file("{\"labels\":[\"s1\"]}");
        var deployment = CLUSTER.deployment("wiped", "taxonomy.file=" + labels);
        deployment.publish("s1", Instant.EPOCH, List.of("good one", "good two"));
        deployment.writeRow("s1", row("poisoned", new Tag("s1", "poisoned", 5, 99, 1f)), 0);
        deployment.writeRow("s1", row("misplaced", new Tag("s1", "misplaced", 0, 9, 1f)), 1);
        deployment.writeRow("s1", row("outside", new Tag("s2", "outside", 0, 7, 1f)), 0);
        // Begins like a record with a schema of the registry, but no schema has this id.
        deployment.writeRow("s1", Rows.row("s1", "rubbish"), new byte[] {0, 0, 0, 127, 127, 1, 2, 3}, 0);

        var outputs = deployment.outputs();
        var first = deployment.start("one");
        deployment.awaitRows(first);
        outputs.await("the bad rows' dead letters", () -> deadLetters(outputs) == 4);
        assertThat(sources(deployment, "before"))
                .isEqualTo("good one HEAD, good two HEAD, poisoned FALLBACK, misplaced STUDENT,"
                        + " outside STUDENT, rubbish STUDENT");
        assertThat(outputs.deadLetters().values())
                .allSatisfy(letters -> assertThat(letters).hasSize(1));
        assertThat(outputs.deadLetters().keySet())
                .extracting(id -> outputs.reason(id).replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("BAD_TAGS", "WRONG_PARTITION", "OUTSIDE_TAXONOMY", "UNDECODABLE");
        first.close();

        deployment.deleteState("one");
        var second = deployment.start("one");
        assertThat(sources(deployment, "after"))
                .isEqualTo("good one HEAD, good two HEAD, poisoned FALLBACK, misplaced STUDENT,"
                        + " outside STUDENT, rubbish STUDENT");
        second.close();
        outputs.pollToEnd();
        assertThat(deadLetters(outputs)).isEqualTo(4);
        assertThat(outputs.repeated()).isEmpty();
    }

    /**
     * A crash under {@code at_least_once} can leave rows on the disk that the changelog never got.
     *
     * <pre>
     *   disk        rows, marks ── crash ── rows, marks ── delivered again ── lost
     *   changelog   nothing                                rows               rows ── restored, verified
     * </pre>
     */
    @Test
    void rowsThatOnlyTheDiskHadAreRestoredElsewhereOnceTheyHaveBeenDeliveredAgain() throws Exception {
        var deployment = CLUSTER.deployment("ahead");
        var rows = List.of("good one", "good two", "good three", "good four");
        deployment.publish("s1", Instant.EPOCH, rows);
        var first = deployment.start("one");
        deployment.awaitVerified(first);
        first.close();
        forgetWhatTheChangelogHolds(deployment);
        var again = deployment.start("one");
        await(
                "the rows to be delivered again",
                () -> again.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.REPEATED) == rows.size());
        again.close();
        deployment.deleteState("one");
        deployment.awaitVerified(deployment.start("one"));
        assertThat(sources(deployment, "elsewhere")).startsWith("good one HEAD, good two HEAD");
        assertThat(deployment.outputs().repeated()).isEmpty();
    }

    /** Empties the changelog of the rows and resets the group's offsets, as if nothing had been committed. */
    private static void forgetWhatTheChangelogHolds(Deployment deployment) throws Exception {
        String changelog = deployment.topic("head-tags-changelog");
        try (var admin = Admin.create(deployment.settings().clientConfig())) {
            // A compacted topic does not allow records to be deleted.
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, changelog);
            var deleting = new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(deleting)))
                    .all()
                    .get();
            var emptied = new HashMap<TopicPartition, RecordsToDelete>();
            var unread = new HashMap<TopicPartition, OffsetAndMetadata>();
            for (int i = 0; i < Deployment.PARTITIONS; i++) {
                emptied.put(new TopicPartition(changelog, i), RecordsToDelete.beforeOffset(-1));
                unread.put(new TopicPartition(deployment.topic(Topic.HEAD_TAGS), i), new OffsetAndMetadata(0));
            }
            await(
                    "the broker to apply the new policy",
                    () -> isDone(admin.deleteRecords(emptied).all()));
            admin.alterConsumerGroupOffsets(deployment.settings().app().applicationId(), unread)
                    .all()
                    .get();
        }
    }

    private static boolean isDone(KafkaFuture<Void> deleted) {
        try {
            deleted.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HeadRow row(String query, Tag tag) {
        return new HeadRow(new QueryKey("", query), new HeadTags(List.of(tag), Instant.EPOCH, null, List.of()));
    }

    /** Asks for the good and the bad rows. The fake student fails on poison, which makes that miss a fallback. */
    private static String sources(Deployment deployment, String run) {
        var sources = new StringBuilder();
        for (var query : List.of("good one", "good two", "poisoned", "misplaced", "outside", "rubbish")) {
            Source source = deployment.ask(run + " " + query, query).getSource();
            sources.append(sources.isEmpty() ? "" : ", ")
                    .append(query)
                    .append(' ')
                    .append(source);
        }
        return sources.toString();
    }

    private static int deadLetters(Outputs outputs) {
        return outputs.deadLetters().values().stream().mapToInt(List::size).sum();
    }
}
