package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.tag.Taxonomy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowRulesTest {

    private static final Taxonomy COLORS =
            new Taxonomy(Set.of("color", "product"), Map.of("color", Set.of("red")), List.of(Set.of("color")));

    private final RowRules rules = new RowRules(COLORS, 1, 1_000);

    @Test
    void valueIsComparedWithTheTaxonomyInCanonicalForm() {
        assertThat(rules.ofRow("red shoe", row("color", " RED "))).isEmpty();
        assertThat(rules.ofRow("red shoe", row("product", "anything"))).isEmpty();
        assertThat(rules.ofRow("red shoe", row("color", "reddish"))).hasValueSatisfying(breach -> {
            assertThat(breach.rule()).isEqualTo(RowRules.Rule.TAXONOMY);
            assertThat(breach.message()).isEqualTo("the taxonomy does not have 'reddish' for the label color");
        });
    }

    private static HeadTags row(String label, String value) {
        return HeadTags.newBuilder()
                .setTags(List.of(new Tag(label, value, 0, 3, 1f)))
                .setTaggedAt(Instant.EPOCH)
                .build();
    }
}
