package io.tagweir.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.student.LabelledQuery;
import io.tagweir.tag.Span;
import io.tagweir.testing.TextStudent;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GoldenSetComparisonTest {

    private static final RosterSettings.Limits LIMITS = new RosterSettings.Limits(0.5, 0.02, 1.5);
    private static final List<LabelledQuery> GOLDEN = IntStream.range(0, 100)
            .mapToObj(i -> new LabelledQuery(List.of("q" + i), List.of("B-color")))
            .toList();

    private long nanos;

    /** Tags the first so many of the golden queries right, and takes its time over each. */
    private final class Skilled extends TextStudent {

        private final String id;
        private final int right;
        private final long pace;

        Skilled(String id, int right, long pace) {
            this.id = id;
            this.right = right;
            this.pace = pace;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        protected List<List<Span>> answer(List<String> queries) {
            nanos += pace * queries.size();
            return queries.stream()
                    .map(query -> List.of(new Span(
                            Integer.parseInt(query, 1, query.length(), 10) < right ? "color" : "material",
                            0,
                            query.length(),
                            1)))
                    .toList();
        }
    }

    @Test
    void candidateWithinAllLimitsPassesWithItsFigures() {
        var trial = trial(new Skilled("new@1", 80, 1_400_000), new Skilled("old@1", 81, 1_000_000));
        assertThat(trial.candidate()).isEqualTo(new GoldenSetComparison.StudentFigures("new@1", 0.8, 1.4));
        assertThat(trial.active()).isEqualTo(new GoldenSetComparison.StudentFigures("old@1", 0.81, 1));
        assertThat(trial.failures(LIMITS)).isEmpty();
    }

    @Test
    void weakOrSlowCandidateIsHeldAgainstTheOneThatAnswersNow() {
        var trial = trial(new Skilled("new@1", 40, 2_000_000), new Skilled("old@1", 80, 1_000_000));
        assertThat(trial.failures(LIMITS))
                .containsExactly(
                        "the F1 of new@1 on the golden set is 0.400; the limit is at least 0.5 (student.stage.f1.min)",
                        "the F1 of new@1 on the golden set is 0.400, 0.400 below the 0.800 of old@1; the limit is at"
                                + " most 0.02 (student.stage.f1.max.drop)",
                        "new@1 takes 2.000 ms a query, 2.00 times the 1.000 ms of old@1; the limit is at most 1.5"
                                + " (student.stage.slowdown.max)");
    }

    @Test
    void firstCandidateIsHeldAgainstTheFloorAlone() {
        assertThat(trial(new Skilled("new@1", 50, 9_000_000), null).failures(LIMITS))
                .isEmpty();
    }

    private GoldenSetComparison trial(Skilled candidate, @Nullable Skilled active) {
        return GoldenSetComparison.of(candidate, active, GOLDEN, () -> nanos);
    }
}
