package io.tagweir.snapshot.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Vocabulary;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.VocabularyLimits;
import io.tagweir.tail.RuleTagger;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a fallback by vocabulary is worth, on the sample's queries: one in five is asked, the others are the head. */
class VocabularyQualityTest {

    private record Quality(double precision, double recall) {}

    @Test
    void fallbackOfTheSampleIsMostlyRightAndFindsAPart() throws IOException, InvalidInputException {
        var rows = rows(Path.of("src/main/sample/head.jsonl"));
        var head = new RowSample(100_000);
        var hash = new RowHash();
        var asked = new ArrayList<HeadRow>();
        for (int i = 0; i < rows.size(); i++) {
            if (i % 5 == 0) {
                asked.add(rows.get(i));
            } else {
                var row = rows.get(i);
                head.put(
                        hash.of(row.key(), row.tags()),
                        row.key().canonical(),
                        row.tags().getTags());
            }
        }
        var vocabulary = VocabularyCount.of("v1", head, VocabularyLimits.STANDARD);
        var quality = quality(vocabulary, asked);
        assertThat(quality.precision()).isGreaterThan(0.75);
        assertThat(quality.recall()).isGreaterThan(0.25);
    }

    private static Quality quality(Vocabulary vocabulary, List<HeadRow> asked) {
        var tagger = RuleTagger.of(vocabulary);
        int right = 0;
        int found = 0;
        int there = 0;
        for (var row : asked) {
            var spans = tagger.tag(row.key().canonical());
            var tags = row.tags().getTags();
            found += spans.size();
            there += tags.size();
            right += (int) spans.stream()
                    .filter(span -> tags.stream()
                            .anyMatch(tag -> tag.getLabel().equals(span.label())
                                    && tag.getStart() == span.start()
                                    && tag.getEnd() == span.end()))
                    .count();
        }
        return new Quality((double) right / found, (double) right / there);
    }

    private static List<HeadRow> rows(Path file) throws IOException, InvalidInputException {
        var rows = new ArrayList<HeadRow>();
        for (var line : Files.readAllLines(file)) {
            rows.add(HeadRow.of(JsonValue.parse(line), Instant.EPOCH));
        }
        return rows;
    }
}
