package io.tagweir.snapshot.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Tag;
import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.VocabularyLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VocabularyCountTest {

    private final List<HeadRow> rows = new ArrayList<>();

    @Test
    void textIsATermWhereItNearlyAlwaysHasTheLabel() {
        row("red shoe", tag("color", 0, 3));
        row("red hat", tag("color", 0, 3));
        row("red", tag("color", 0, 3));
        row("big red", tag("color", 4, 7));
        row("red wine", tag("drink", 0, 8));
        assertThat(count(3, 0.8).getTerms()).containsExactly(new Term("color", "red", 4L, 0.8f));
        assertThat(count(3, 0.81).getTerms()).isEmpty();
        assertThat(count(5, 0.8).getTerms()).isEmpty();
        assertThat(count(3, 0.8).getRows()).isEqualTo(5);
    }

    @Test
    void sizesAndUnitsAreLearntWithTheirNumbersLeftOut() {
        row("milk 12 oz", tag("unit", 5, 10));
        row("milk 1.5 oz", tag("unit", 5, 11));
        row("shoe size 10", tag("size", 5, 12));
        row("boot size 9", tag("size", 5, 11));
        row("frame 8x10", tag("unit", 6, 10));
        row("frame 5x7", tag("unit", 6, 9));
        assertThat(count(2, 1).getTerms())
                .extracting(Term::getLabel, Term::getText)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("unit", "# oz"),
                        org.assertj.core.groups.Tuple.tuple("size", "size #"),
                        org.assertj.core.groups.Tuple.tuple("unit", "#x#"));
    }

    @Test
    void onlyAShortRunOfWholeWordsIsATerm() {
        for (int i = 0; i < 3; i++) {
            row("a b c d e " + i, tag("long", 0, 9));
            row("redwood " + i, tag("part", 0, 3));
            row("# 4 " + i, tag("sign", 0, 3));
        }
        assertThat(count(1, 0.5).getTerms())
                .extracting(Term::getText)
                .as("five words, half a word, and a sign that stands for numbers")
                .isEmpty();
    }

    @Test
    void mostFrequentTermsStayWhereThereAreTooMany() {
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j <= i; j++) {
                row(word(i) + " x" + word(j), tag("l", 0, word(i).length()));
            }
        }
        var terms = VocabularyCount.of("v1", sample(rows), new VocabularyLimits(1, 0, 3, 1_000_000))
                .getTerms();
        assertThat(terms).extracting(Term::getText).containsExactly(word(29), word(28), word(27));
    }

    @Test
    void vocabularyFitsIntoARecord() {
        for (int i = 0; i < 2_000; i++) {
            row(word(i).repeat(500), tag("l", 0, word(i).length() * 500));
        }
        var vocabulary = VocabularyCount.of("v1", sample(rows), new VocabularyLimits(1, 0, 50_000, 1_000_000));
        assertThat(RowSizes.avro(vocabulary)).isBetween(800_000, 1_000_000);
        assertThat(vocabulary.getTerms()).hasSizeLessThan(2_000);
    }

    @Test
    void vocabularyDoesNotDependOnTheOrderOfTheRows() {
        for (int i = 0; i < 300; i++) {
            row(
                    word(i % 7) + " " + word(i % 11) + " " + i,
                    tag("l" + i % 3, 0, word(i % 7).length()));
        }
        var first = count(2, 0.1);
        assertThat(first.getTerms()).isNotEmpty();
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(rows, new Random(seed));
            assertThat(count(2, 0.1)).isEqualTo(first);
        }
    }

    @Test
    void spanThatCarriesItsLabelTwiceIsNotPurerThanPure() {
        row("red", tag("color", 0, 3), tag("color", 0, 3));
        assertThat(count(1, 0.8).getTerms()).containsExactly(new Term("color", "red", 2L, 1f));
    }

    private Vocabulary count(int minCount, double minPurity) {
        return VocabularyCount.of("v1", sample(rows), new VocabularyLimits(minCount, minPurity, 1_000, 1_000_000));
    }

    private static RowSample sample(List<HeadRow> rows) {
        var sample = new RowSample(1_000_000);
        var hash = new RowHash();
        rows.forEach(row -> sample.put(
                hash.of(row.key(), row.tags()),
                row.key().canonical(),
                row.tags().getTags()));
        return sample;
    }

    private void row(String query, Tag... tags) {
        rows.add(new HeadRow(
                new QueryKey("", query),
                io.tagweir.avro.HeadTags.newBuilder()
                        .setTags(List.of(tags))
                        .setTaggedAt(java.time.Instant.EPOCH)
                        .build()));
    }

    private static Tag tag(String label, int start, int end) {
        return new Tag(label, "", start, end, 1f);
    }

    /** A word of letters alone. */
    private static String word(int number) {
        return IntStream.range(0, 4)
                .mapToObj(i -> String.valueOf((char) ('a' + (number >> (4 * i)) % 16)))
                .reduce("", String::concat);
    }

    /** How large a record is. */
    private static final class RowSizes {

        static int avro(Vocabulary vocabulary) {
            try {
                return Vocabulary.getEncoder().encode(vocabulary).remaining();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
