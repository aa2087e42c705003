package io.tagweir.snapshot.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.SnapshotSettings;
import io.tagweir.snapshot.gate.GateFigures.Churn;
import io.tagweir.snapshot.gate.GateFigures.QueryTraffic;
import io.tagweir.snapshot.gate.GateFigures.ScoreFigures;
import io.tagweir.snapshot.gate.GateFigures.Side;
import io.tagweir.tag.Taxonomy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateLimitsTest {

    private static final SnapshotSettings.GateSettings LIMITS =
            new SnapshotSettings.GateSettings(0.8, 0.5, 0.95, 0.1, 1_000, 1_000);
    private static final ScoreFigures SCORES = new ScoreFigures(100, 0.9, 0, 0, false);
    private static final Map<String, Long> LABELS = Map.of("color", 60L, "product", 40L);

    @Test
    void figuresEqualToTheLimitsPass() {
        var active = side("v1", 100, SCORES, LABELS, 100);
        var candidate = side("v2", 80, new ScoreFigures(100, 0.8, 0, 0, false), LABELS, 95);
        assertThat(breaches(figures(candidate, active, new Churn(30, 20, 30)))).isEmpty();
    }

    @Test
    void eachLimitIsBrokenWithFigureLimitAndSetting() {
        var active = side("v1", 1_000, SCORES, LABELS, 1_000);
        var candidate = side("v2", 799, new ScoreFigures(100, 0.7, 0, 0, false), LABELS, 949);
        assertThat(breaches(figures(candidate, active, new Churn(0, 201, 300))))
                .containsExactly(
                        "the 799 rows of v2 are 0.799 of the 1000 of v1; the limit is at least 0.8"
                                + " (snapshot.gate.rows.min.ratio)",
                        "201 rows of v1 are gone and 300 changed in v2, 0.501 of its 1000; the limit is at most 0.5"
                                + " (snapshot.gate.churn.max.ratio)",
                        "v2 holds 949 of the latest 1000 queries and v1 1000: 0.949 of its coverage; the limit is at"
                                + " least 0.95 (snapshot.gate.coverage.min.ratio)",
                        "the mean score of v2 is 0.700, 0.200 below the 0.900 of v1; the limit is at most 0.1 below"
                                + " (snapshot.gate.score.max.drop)");
    }

    @Test
    void firstSnapshotIsHeldAgainstItselfAlone() {
        var candidate = new Side(
                "v1",
                0,
                0,
                new TreeMap<>(Map.of(2, "found 0 rows, sealed 5 rows")),
                new ScoreFigures(3, 1, 0, 2, true),
                Map.of("colour", 3L),
                0,
                0,
                "other",
                "");
        var figures = new GateFigures(
                candidate, null, new Churn(0, 0, 0), seen(), 0, Set.of("colour"), Set.of("color 'reddish'"), "f00");
        assertThat(breaches(figures))
                .containsExactly(
                        "v1 holds no rows",
                        "partition 2 of v1 does not hold what was sealed: found 0 rows, sealed 5 rows",
                        "the keys of v1 were made with the normaliser other, queries are looked up with "
                                + Normaliser.VERSION,
                        "2 of 3 tags of v1 have a score that is not between 0 and 1; the limit is 0",
                        "labels of v1 that the taxonomy does not allow: colour (taxonomy.file)",
                        "values of v1 that the taxonomy does not allow, among them: color 'reddish' (taxonomy.file)");
        assertThat(figures.coverageRatio()).isEmpty();
        assertThat(figures.rowsRatio()).isEmpty();
    }

    @Test
    void scoresThatAreAllTheSameAreABreachOnlyWhereTheyWereNot() {
        var same = new ScoreFigures(100, 1, 0, 0, true);
        var candidate = side("v2", 100, same, LABELS, 100);
        assertThat(breaches(figures(candidate, side("v1", 100, SCORES, LABELS, 100), new Churn(0, 0, 0))))
                .containsExactly("all 100 scores of v2 are 1.000, those of v1 are not all equal");
        assertThat(breaches(figures(candidate, side("v1", 100, same, LABELS, 100), new Churn(0, 0, 0))))
                .isEmpty();
    }

    @Test
    void labelThatIsGoneIsABreachOnlyWhereItWasCommon() {
        var active = side("v1", 100, SCORES, Map.of("color", 10L, "size", 9L, "product", 81L), 100);
        var candidate = side("v2", 100, SCORES, Map.of("product", 100L), 100);
        var figures = figures(candidate, active, new Churn(0, 0, 0));
        assertThat(figures.labelsLacking()).containsExactly("color", "size");
        assertThat(breaches(figures))
                .containsExactly("no tag of v2 has the label color, which 10 of 100 tags of v1 have; 10 were to be"
                        + " expected, and from 10 on it counts");
        assertThat(GateLimits.breaches(figures, LIMITS, new Taxonomy(Set.of("product"))))
                .as("taken out of the taxonomy on purpose")
                .isEmpty();
    }

    @Test
    void withoutTrafficCoverageIsUnknownAndNotBroken() {
        var none = new QueryTraffic(0, 0, 0, Optional.empty(), Optional.empty(), OptionalDouble.empty());
        var active = side("v1", 100, SCORES, LABELS, 0);
        var candidate = side("v2", 100, SCORES, LABELS, 0);
        var figures = new GateFigures(candidate, active, new Churn(0, 0, 0), none, 0, Set.of(), Set.of(), "");
        assertThat(breaches(figures)).isEmpty();
        assertThat(figures.hitShare(candidate)).isEmpty();
        assertThat(figures.coverageRatio()).isEmpty();
        assertThat(figures.missesPerSecond(candidate)).isEmpty();
    }

    @Test
    void coverageIsNotJudgedByAHandfulOfQueries() {
        var active = side("v1", 100, SCORES, LABELS, 2);
        var candidate = side("v2", 100, SCORES, LABELS, 1);
        var few = new QueryTraffic(999, 2, 0, Optional.empty(), Optional.empty(), OptionalDouble.empty());
        var figures = new GateFigures(candidate, active, new Churn(0, 0, 0), few, 0, Set.of(), Set.of(), "");
        assertThat(figures.coverageRatio()).hasValue(0.5);
        assertThat(breaches(figures)).isEmpty();
        assertThat(GateLimits.unjudged(figures, LIMITS))
                .containsExactly("not enough traffic to judge coverage: 999 recent queries, and 1000 are needed"
                        + " (snapshot.gate.traffic.min.queries); check again once more queries have come in, or lower"
                        + " the setting");
        assertThat(GateLimits.unjudged(figures(candidate, active, new Churn(0, 0, 0)), LIMITS))
                .as("1000 queries")
                .isEmpty();
        assertThat(GateLimits.unjudged(
                        new GateFigures(candidate, null, new Churn(0, 0, 0), few, 0, Set.of(), Set.of(), ""), LIMITS))
                .as("nothing is active")
                .isEmpty();
    }

    @Test
    void forecastIsTheRateOfWhatIsNotHeld() {
        var candidate = side("v2", 100, SCORES, LABELS, 980);
        var figures = figures(candidate, null, new Churn(0, 0, 0));
        assertThat(figures.hitShare(candidate)).hasValue(0.98);
        assertThat(figures.missesPerSecond(candidate).getAsDouble())
                .isCloseTo(4, org.assertj.core.api.Assertions.within(1e-9));
    }

    private static List<String> breaches(GateFigures figures) {
        return GateLimits.breaches(figures, LIMITS, Taxonomy.ANY);
    }

    private static GateFigures figures(Side candidate, @Nullable Side active, Churn churn) {
        return new GateFigures(candidate, active, churn, seen(), 0, Set.of(), Set.of(), "");
    }

    private static QueryTraffic seen() {
        return new QueryTraffic(
                1_000,
                500,
                0,
                Optional.of(Instant.EPOCH),
                Optional.of(Instant.ofEpochSecond(5)),
                OptionalDouble.of(200));
    }

    private static Side side(String id, long rows, ScoreFigures scores, Map<String, Long> labels, long hits) {
        return new Side(id, rows, 0, new TreeMap<>(), scores, labels, hits, hits, Normaliser.VERSION, "");
    }
}
