package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueryKeyTest {

    @Test
    void textIsTheCanonicalQueryWhereThereIsNoSegment() {
        assertThat(new QueryKey("", "organic milk").text()).isEqualTo("organic milk");
        assertThat(new QueryKey("us", "organic milk").text()).isEqualTo("us\torganic milk");
    }

    @Test
    void tabInEitherPartIsRefused() {
        assertThatThrownBy(() -> new QueryKey("a\tb", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QueryKey("a", "b\tc")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Partitions that teachers and producers in other languages must arrive at, too. */
    @Test
    void partitionIsMurmur2OfTheText() {
        assertThat(List.of("milk", "organic milk", "crème brûlée", "us\tmilk"))
                .extracting(text -> QueryKey.partition(text, 12))
                .containsExactly(3, 11, 4, 2);
    }
}
