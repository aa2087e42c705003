package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.inference.Guardrails.DropReason;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import io.tagweir.tag.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GuardrailsTest {

    private static final Taxonomy TAXONOMY = new Taxonomy(
            Set.of("brand", "color", "product", "price", "offer"),
            Map.of("color", Set.of("red", "dark red")),
            List.of(Set.of("brand"), Set.of("price", "offer")));

    private final Meters meters = new Meters(new SimpleMeterRegistry());
    private final Guardrails guardrails = new Guardrails(TAXONOMY, new GuardrailLimits(3, 0.2), meters);

    /** Offsets by state: acme 0-4, red 5-8, shoe 9-13. */
    @Test
    void whatIsInOrderStays() {
        var spans = List.of(span("brand", 0, 4, 0.9), span("color", 5, 8, 0.8), span("product", 9, 13, 0.7));
        assertThat(guardrails.filter("acme red shoe", spans)).isEqualTo(spans);
        assertThat(guardrails.filter("acme red shoe", List.of())).isEmpty();
        assertDropped(Map.of());
    }

    @Test
    void labelOrValueOutsideTheTaxonomyGoes() {
        var kept = guardrails.filter(
                "acme red shoe", List.of(span("material", 0, 4, 1), span("color", 9, 13, 1), span("color", 5, 8, 0.1)));
        assertThat(kept).containsExactly(span("color", 5, 8, 0.1));
        assertDropped(Map.of(DropReason.LABEL, 1, DropReason.VALUE, 1));
    }

    @Test
    void spanThatIsNoPartOfTheQueryOrSaysNothingOrRunsOnGoes() {
        assertThat(guardrails.filter("a b", List.of(span("product", 2, 4, 1)))).isEmpty();
        assertThat(guardrails.filter("a b", List.of(span("product", 7, 9, 1)))).isEmpty();
        assertThat(guardrails.filter("a -+ b", List.of(span("product", 2, 4, 1))))
                .isEmpty();
        assertThat(guardrails.filter("a b", List.of(span("product", 1, 2, 1)))).isEmpty();
        assertThat(guardrails.filter("a b c d", List.of(span("product", 0, 7, 1))))
                .isEmpty();
        assertDropped(Map.of(DropReason.SPAN, 5));
        assertThat(guardrails.filter("🧥 $ a", List.of(span("product", 0, 1, 1), span("price", 2, 3, 1))))
                .hasSize(2);
        assertThat(guardrails.filter("a b c d", List.of(span("product", 0, 5, 1))))
                .hasSize(1);
        assertDropped(Map.of(DropReason.SPAN, 5));
    }

    @Test
    void ofTwoThatOverlapTheSurerStays() {
        var kept = guardrails.filter(
                "dark red shoe",
                List.of(span("color", 0, 8, 0.5), span("product", 5, 13, 0.6), span("brand", 0, 4, 0.4)));
        assertThat(kept).containsExactly(span("brand", 0, 4, 0.4), span("product", 5, 13, 0.6));
        assertDropped(Map.of(DropReason.OVERLAP, 1));
    }

    @Test
    void spanThatIsDroppedForItselfDropsNoOther() {
        var kept = guardrails.filter("red shoe", List.of(span("material", 0, 8, 1), span("color", 0, 3, 0.1)));
        assertThat(kept).containsExactly(span("color", 0, 3, 0.1));
        assertDropped(Map.of(DropReason.LABEL, 1));
    }

    /** Offsets by state: acme 0-4, zeta 5-9, kit 10-13, and acme again 14-18. */
    @Test
    void ofTwoBrandsTheSurerStaysWhereItLeadsAndElseNeither() {
        var query = "acme zeta kit acme";
        assertThat(guardrails.filter(query, List.of(span("brand", 0, 4, 0.9), span("brand", 5, 9, 0.7))))
                .containsExactly(span("brand", 0, 4, 0.9));
        assertThat(guardrails.filter(query, List.of(span("brand", 0, 4, 0.9), span("brand", 5, 9, 0.71))))
                .isEmpty();
        assertThat(guardrails.filter(
                        query,
                        List.of(span("brand", 0, 4, 0.9), span("brand", 5, 9, 0.1), span("brand", 14, 18, 0.89))))
                .as("the same brand again is no contradiction")
                .containsExactly(span("brand", 0, 4, 0.9));
        assertThat(guardrails.filter(
                        query,
                        List.of(span("price", 0, 4, 0.9), span("offer", 5, 9, 0.85), span("product", 10, 13, 0.5))))
                .as("labels of one group exclude each other, and no other")
                .containsExactly(span("product", 10, 13, 0.5));
        assertDropped(Map.of(DropReason.EXCLUSIVE, 1 + 2 + 2 + 2));
    }

    @Test
    void whateverComesOutIsInOrderAndWithoutOverlapAndEverySpanIsAccountedFor() {
        var random = new SplittableRandom(11);
        var labels = List.of("brand", "color", "product", "price", "offer", "material");
        int given = 0;
        int kept = 0;
        for (int round = 0; round < 2_000; round++) {
            var spans = new ArrayList<Span>();
            for (int i = random.nextInt(6); i > 0; i--) {
                int start = random.nextInt(16);
                spans.add(span(
                        labels.get(random.nextInt(labels.size())),
                        start,
                        start + random.nextInt(1, 9),
                        random.nextInt(11) / 10.0));
            }
            var result = guardrails.filter("red 🧥 dark red - a", spans);
            given += spans.size();
            kept += result.size();
            assertThat(spans).containsAll(result);
            for (int i = 1; i < result.size(); i++) {
                assertThat(result.get(i).start())
                        .isGreaterThanOrEqualTo(result.get(i - 1).end());
            }
        }
        assertThat(meters.total(MeterName.GUARDRAIL_DROPPED)).isEqualTo(given - kept);
        assertThat(kept).isPositive();
    }

    private void assertDropped(Map<DropReason, Integer> expected) {
        assertThat(Arrays.asList(DropReason.values()))
                .allSatisfy(reason -> assertThat(meters.total(MeterName.GUARDRAIL_DROPPED, reason))
                        .as("%s", reason)
                        .isEqualTo(expected.getOrDefault(reason, 0).doubleValue()));
    }

    private static Span span(String label, int start, int end, double score) {
        return new Span(label, start, end, (float) score);
    }
}
