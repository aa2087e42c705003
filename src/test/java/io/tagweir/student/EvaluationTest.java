package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagweir.tag.PrecisionRecall;
import io.tagweir.tag.Span;
import io.tagweir.testing.TextStudent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluationTest {

    private static final Offset<Double> NEAR = within(1e-9);

    /** Answers from a list; any other query has no tags. */
    private static final class Scripted extends TextStudent {

        private final Map<String, List<Span>> answers;

        Scripted(Map<String, List<Span>> answers) {
            this.answers = answers;
        }

        @Override
        public String id() {
            return "scripted@1";
        }

        @Override
        protected List<List<Span>> answer(List<String> queries) {
            return queries.stream()
                    .map(query -> answers.getOrDefault(query, List.of()))
                    .toList();
        }
    }

    @Test
    void figuresAreThoseCountedByHand() {
        // red[color] shoes[product] for men[department]  against  red[color] shoes[brand] men[department]
        var student = new Scripted(Map.of(
                "red shoes for men",
                List.of(span("color", 0, 3), span("brand", 4, 9), span("department", 14, 17)),
                "nike",
                List.of(span("brand", 0, 4))));
        var evaluation = Evaluation.of(
                student,
                List.of(
                        labelled("red shoes for men", "B-color B-product B-department I-department"),
                        labelled("nike", "B-brand"),
                        labelled("sofa", "B-product")));

        assertThat(evaluation.queries()).isEqualTo(3);
        // official: 2 right (color, nike) of 4 found and of 5 to find
        assertScores(evaluation.official().overall(), 2 / 4.0, 2 / 5.0, 4 / 9.0, 5);
        assertScores(scores(evaluation.official(), "brand"), 1 / 2.0, 1, 2 / 3.0, 1);
        assertScores(scores(evaluation.official(), "department"), 0, 0, 0, 1);
        assertScores(scores(evaluation.official(), "product"), 0, 0, 0, 2);
        assertThat(evaluation.official().byLabel()).containsOnlyKeys("brand", "color", "department", "product");
        // stripped: "for" falls away, the department is right too
        assertScores(evaluation.stripped().overall(), 3 / 4.0, 3 / 5.0, 6 / 9.0, 5);
        assertScores(scores(evaluation.stripped(), "department"), 1, 1, 1, 1);
    }

    @Test
    void spansOfTheCanonicalQueryFindTheWordsAsTyped() {
        // "Straße ㎏ NIKE" folds to "strasse kg nike", two code points longer.
        var student = new Scripted(Map.of("strasse kg nike", List.of(span("unit", 8, 10), span("brand", 11, 15))));
        var evaluation = Evaluation.of(student, List.of(labelled("Straße ㎏ NIKE", "O B-unit B-brand")));
        assertScores(evaluation.official().overall(), 1, 1, 1, 2);
    }

    private static PrecisionRecall scores(Metrics metrics, String label) {
        return Objects.requireNonNull(metrics.byLabel().get(label));
    }

    private static void assertScores(PrecisionRecall scores, double precision, double recall, double f1, int support) {
        assertThat(scores.precision(0)).isCloseTo(precision, NEAR);
        assertThat(scores.recall(0)).isCloseTo(recall, NEAR);
        assertThat(scores.f1(0)).isCloseTo(f1, NEAR);
        assertThat(scores.support()).isEqualTo(support);
    }

    private static LabelledQuery labelled(String tokens, String labels) {
        return new LabelledQuery(List.of(tokens.split(" ")), List.of(labels.split(" ")));
    }

    private static Span span(String label, int start, int end) {
        return new Span(label, start, end, 0.9f);
    }
}
