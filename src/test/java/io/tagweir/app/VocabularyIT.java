package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotCommand;
import io.tagweir.app.snapshot.SnapshotTopics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.reason.RefusedException;
import io.tagweir.query.QueryKey;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sealed snapshot has its vocabulary, whoever wrote its rows, until it is retired. */
class VocabularyIT {

    private static final List<Term> TERMS = List.of(
            new Term("unit", "# oz", 4L, 1f), new Term("product", "milk", 4L, 1f), new Term("unit", "#oz", 3L, 1f));

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void publishAndSealWriteTheSameVocabulary() {
        var deployment = CLUSTER.deployment("alike");
        deployment.seal("v1", rows().iterator());

        var shuffled = rows();
        Collections.reverse(shuffled);
        deployment.writeRow("v2", row("milk 12 oz", new Tag("replaced below", "", 0, 4, 1f)), 0);
        shuffled.forEach(row -> deployment.writeRow("v2", row, 0));
        assertThat(deployment.command("snapshot", "seal", "v2").assertSuccess().err())
                .isEmpty();

        var vocabularies = vocabularies(deployment);
        assertThat(vocabularies.get("v1")).isEqualTo(new Vocabulary("v1", 7L, TERMS));
        assertThat(vocabularies.get("v2")).isEqualTo(new Vocabulary("v2", 7L, TERMS));
    }

    @Test
    void snapshotThatIsNotSealedHasNoVocabulary() {
        var deployment = CLUSTER.deployment("unsealed");
        try (var publisher = SnapshotCommand.publisher(deployment.settings())) {
            var order = new SnapshotPublisher.PublishRequest("v1", "test", "", "", false);
            var written = publisher.write(order, Instant.EPOCH, rows().iterator(), count -> {});
            assertThat(vocabularies(deployment)).isEmpty();
            retire(deployment, "v1");
            assertThatThrownBy(() -> publisher.seal(written)).isInstanceOf(RefusedException.class);
            assertThat(vocabularies(deployment)).isEmpty();
        }
    }

    @Test
    void retirementRemovesTheVocabularyOfThatSnapshotAlone() {
        var deployment = CLUSTER.deployment("retired");
        deployment.seal("v1", rows().iterator());
        deployment.seal("v2", rows().iterator());
        retire(deployment, "v1");
        assertThat(vocabularies(deployment)).containsOnlyKeys("v2");
    }

    private static Map<String, Vocabulary> vocabularies(Deployment deployment) {
        return SnapshotTopics.vocabularies(deployment.settings()).read().values();
    }

    private static void retire(Deployment deployment, String id) {
        deployment.command("snapshot", "retire", id).assertSuccess();
    }

    private static List<HeadRow> rows() {
        var rows = new ArrayList<HeadRow>();
        for (var size : List.of("6 oz", "12 oz", "1.5 oz", "64 oz")) {
            rows.add(row("milk " + size, new Tag("product", "milk", 0, 4, 1f), unit(5, 5 + size.length())));
        }
        for (var size : List.of("6oz", "12oz", "16oz")) {
            rows.add(row("tea " + size, new Tag("product", "tea", 0, 3, 0.5f), unit(4, 4 + size.length())));
        }
        // Tea is tagged in three of four queries: less than 0.8.
        rows.set(0, row("milk tea 6 oz", new Tag("product", "milk", 0, 4, 1f), unit(9, 13)));
        return rows;
    }

    private static Tag unit(int start, int end) {
        return new Tag("unit", "", start, end, 1f);
    }

    private static HeadRow row(String query, Tag... tags) {
        var row = HeadTags.newBuilder()
                .setTags(List.of(tags))
                .setTaggedAt(Instant.EPOCH)
                .build();
        return new HeadRow(new QueryKey("", query), row);
    }
}
