package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.query.Normaliser;
import io.tagweir.tag.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTaggerTest {

    @Test
    void longestTermWinsFromLeftToRight() {
        var tagger =
                tagger(term("a", "new york"), term("b", "york city"), term("c", "new york city"), term("d", "new"));
        assertThat(tagger.tag("new york city")).containsExactly(new Span("c", 0, 13, 0.75f));
        assertThat(tagger.tag("new york new")).containsExactly(new Span("a", 0, 8, 0.75f), new Span("d", 9, 12, 0.75f));
        assertThat(tagger.tag("in new york city hall")).containsExactly(new Span("c", 3, 16, 0.75f));
        assertThat(tagger.tag("newyork")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "12 oz, 0, 5, unit",
        "1.5 oz, 0, 6, unit",
        "10ft, 0, 4, unit",
        "8x10, 0, 4, unit",
        "size 10, 0, 7, size",
        "pack of 6, 0, 9, count",
        "iphone 4, 0, 8, old phone",
        "iphone 15, 0, 9, phone"
    })
    void numbersStandForEachOtherUnlessTheyAreATermThemselves(String query, int start, int end, String label) {
        var tagger = tagger(
                term("unit", "# oz"),
                term("unit", "#ft"),
                term("unit", "#x#"),
                term("size", "size #"),
                term("count", "pack of #"),
                term("phone", "iphone #"),
                term("old phone", "iphone 4"));
        assertThat(tagger.tag(query)).containsExactly(new Span(label, start, end, 0.75f));
    }

    @Test
    void signThatStandsForNumbersIsNoNumberItself() {
        assertThat(tagger(term("unit", "# oz")).tag("# oz")).isEmpty();
        assertThat(tagger(term("unit", "##")).tag("#5")).isEmpty();
    }

    @Test
    void offsetsAreCodePoints() {
        assertThat(tagger(term("color", "röd")).tag("🧥🧥 röd 🧥")).containsExactly(new Span("color", 3, 6, 0.75f));
    }

    @Test
    void emptyVocabularyTagsNothing() {
        assertThat(RuleTagger.NONE.tag("12 oz milk")).isEmpty();
        assertThat(tagger().tag("")).isEmpty();
    }

    /** Random vocabularies over few words, so that terms overlap, and queries of the same words and others. */
    @Test
    void spansLieInTheQueryInOrderWithoutOverlapAndAreTermsAndAlwaysTheSame() {
        var random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            var terms = IntStream.range(0, random.nextInt(1, 12))
                    .mapToObj(i -> term("l" + i, text(random, 4, true)))
                    .toList();
            var vocabulary = new Vocabulary("v1", 9L, terms);
            var query = text(random, 8, false);
            var spans = RuleTagger.of(vocabulary).tag(query);
            int[] points = query.codePoints().toArray();
            int end = 0;
            for (var span : spans) {
                assertThat(span.start()).as(query).isGreaterThanOrEqualTo(end);
                end = span.end();
                assertThat(end).isLessThanOrEqualTo(points.length);
                var text = new String(points, span.start(), span.end() - span.start());
                assertThat(terms)
                        .as("%s in %s", text, query)
                        .anyMatch(term -> term.getLabel().equals(span.label())
                                && (term.getText().equals(text)
                                        || term.getText().equals(text.replaceAll("[0-9]+", "#"))));
            }
            assertThat(RuleTagger.of(vocabulary).tag(query)).isEqualTo(spans);
        }
    }

    /** The writer decides how long a term may be: a reader of another release must accept what it wrote. */
    @Test
    void termOfAnyLengthIsAccepted() {
        var text = "one two three four five six seven";
        assertThat(tagger(term("color", text)).tag("in " + text)).containsExactly(new Span("color", 3, 36, 0.75f));
    }

    static List<Term> invalid() {
        return List.of(
                term(" ", "red"),
                term("color", ""),
                term("color", "Red"),
                new Term("color", "red", 1L, 1.5f),
                new Term("color", "red", 1L, Float.NaN));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void invalidTermIsRefusedAndNamed(Term term) {
        assertThatThrownBy(() -> tagger(term("color", "blue"), term))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the term '" + term.getText() + "'");
    }

    private static String text(SplittableRandom random, int most, boolean shapes) {
        var words = new ArrayList<String>();
        var pool = List.of("a", "b", "🧥", "12", "3", "7x7", "#");
        for (int count = random.nextInt(1, most + 1); count > 0; count--) {
            var word = pool.get(random.nextInt(pool.size()));
            words.add(shapes ? word.replaceAll("[0-9]+", "#") : word);
        }
        return Normaliser.canonical(String.join(" ", words));
    }

    private static RuleTagger tagger(Term... terms) {
        return RuleTagger.of(new Vocabulary("v1", 9L, List.of(terms)));
    }

    private static Term term(String label, String text) {
        return new Term(label, text, 3L, 0.75f);
    }
}
