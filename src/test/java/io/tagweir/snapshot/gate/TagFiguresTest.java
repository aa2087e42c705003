package io.tagweir.snapshot.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.tag.Taxonomy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TagFiguresTest {

    /** As after a change of the taxonomy: the rows were sealed under another one. */
    @Test
    void valuesThatTheTaxonomyNoLongerAllowsAreReported() {
        var colors = new Taxonomy(Set.of("color"), Map.of("color", Set.of("red")), List.of());
        var figures = new TagFigures(colors);
        figures.add(row("Red"));
        figures.add(row("Reddish"));
        var sum = new TagFigures(Taxonomy.ANY);
        sum.add(figures);
        assertThat(sum.valuesOutside()).containsExactly("color 'reddish'");
    }

    private static HeadTags row(String value) {
        return HeadTags.newBuilder()
                .setTags(List.of(new Tag("color", value, 0, 3, 1f)))
                .setTaggedAt(Instant.EPOCH)
                .build();
    }
}
