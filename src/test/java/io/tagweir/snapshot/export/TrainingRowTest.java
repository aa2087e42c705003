package io.tagweir.snapshot.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.query.Words;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingRowTest {

    @Test
    void tagsOfWholeWordsBecomeLabels() {
        assertThat(labels("acme oat milk for kids", List.of(tag("product", 5, 13), tag("creator", 0, 4))))
                .contains(List.of("B-creator", "B-product", "I-product", "O", "O"));
    }

    @Test
    void twoNeighboursWithTheSameLabelStayTwo() {
        assertThat(labels("red blue", List.of(tag("color", 0, 3), tag("color", 4, 8))))
                .contains(List.of("B-color", "B-color"));
    }

    @Test
    void offsetsCountCodePoints() {
        assertThat(labels("🧀🧀 tea", List.of(tag("product", 3, 6)))).contains(List.of("O", "B-product"));
    }

    @Test
    void whatWordsCannotSayHasNoLabels() {
        assertThat(labels("red shoes", List.of(tag("color", 0, 2)))).isEmpty();
        assertThat(labels("red shoes", List.of(tag("color", 1, 9)))).isEmpty();
        assertThat(labels("red shoes", List.of(tag("color", 0, 4)))).isEmpty();
        assertThat(labels("red shoes", List.of(tag("color", 0, 3), tag("creator", 0, 9))))
                .as("two over one word")
                .isEmpty();
        assertThat(labels("red\u001cshoes", List.of(tag("color", 0, 9))))
                .as("what Java takes for white space")
                .isEmpty();
    }

    @Test
    void headRowReadsTheSameRowBack() throws Exception {
        var tags = new HeadTags(
                List.of(new Tag("product", "oat milk", 0, 8, 0.5f)),
                Instant.parse("-292275055-05-16T16:47:04.192Z"),
                Instant.parse("+292278994-08-17T07:12:55.807Z"),
                List.of("p1"));
        var row = TrainingRow.of(new QueryKey("de", "oat milk"), tags);
        assertThat(HeadRow.of(JsonValue.parse(row.text()), Instant.EPOCH))
                .isEqualTo(new HeadRow(new QueryKey("de", "oat milk"), tags));
    }

    private static Optional<List<String>> labels(String canonical, List<Tag> tags) {
        return TrainingRow.labels(Words.of(canonical), tags);
    }

    private static Tag tag(String label, int start, int end) {
        return new Tag(label, "value", start, end, 1f);
    }
}
