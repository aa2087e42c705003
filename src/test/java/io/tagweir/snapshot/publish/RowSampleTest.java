package io.tagweir.snapshot.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Tag;
import io.tagweir.query.TextHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowSampleTest {

    private static final List<String> QUERIES =
            IntStream.range(0, 1_000).mapToObj(i -> "query " + i).toList();

    @Test
    void sampleDoesNotDependOnTheOrderOfTheRows() {
        var first = drawn(QUERIES, 100);
        for (int seed = 0; seed < 20; seed++) {
            var shuffled = new ArrayList<>(QUERIES);
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(drawn(shuffled, 100)).isEqualTo(first);
        }
        assertThat(first).hasSize(100);
    }

    @Test
    void fewerRowsThanAskedForAreAllKept() {
        assertThat(drawn(QUERIES, 1_000)).containsExactlyInAnyOrderElementsOf(QUERIES);
    }

    @Test
    void rowThatIsReplacedOrRemovedIsGone() {
        var sample = new RowSample(10);
        sample.put(1, "milk", List.of(new Tag("food", "milk", 0, 4, 1f)));
        sample.remove(1);
        sample.put(2, "milk", List.of(new Tag("drink", "milk", 0, 4, 1f)));
        assertThat(sample.rows())
                .singleElement()
                .satisfies(row -> assertThat(sample.labels().get(row.tags()[0])).isEqualTo("drink"));
        sample.remove(2);
        assertThat(sample.rows()).isEmpty();
    }

    private static Set<String> drawn(List<String> queries, int size) {
        var sample = new RowSample(size);
        queries.forEach(query -> sample.put(TextHash.of(query), query, List.of()));
        return sample.rows().stream().map(RowSample.SampledRow::canonical).collect(Collectors.toSet());
    }
}
