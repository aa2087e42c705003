package io.tagweir.snapshot.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagweir.query.QueryKey;
import io.tagweir.query.TextHash;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentQueriesTest {

    @Test
    void newestByEventTimeAreKeptInWhateverOrderTheyCome() {
        var traffic = new RecentQueries(3, 1);
        for (int second : new int[] {5, 1, 9, 7, 2}) {
            traffic.add(new QueryKey("", second < 8 ? "milk" : "tea"), Instant.ofEpochSecond(second));
        }
        assertThat(traffic.byPartition()).containsExactly(Map.of(TextHash.of("milk"), 2L, TextHash.of("tea"), 1L));
        assertThat(traffic.from()).contains(Instant.ofEpochSecond(5));
        assertThat(traffic.to()).contains(Instant.ofEpochSecond(9));
        assertThat(traffic.rate().getAsDouble()).as("2 gaps in 4 s").isCloseTo(0.5, within(1e-9));
    }

    @Test
    void noTrafficAndTrafficOfOneMomentHaveNoRate() {
        var none = new RecentQueries(0, 2);
        none.add(new QueryKey("", "milk"), Instant.EPOCH);
        none.addUnusable();
        assertThat(none.queries()).isZero();
        assertThat(none.unusable()).isEqualTo(1);
        assertThat(none.rate()).isEmpty();
        assertThat(none.from()).isEmpty();
        assertThat(none.to()).isEmpty();

        var moment = new RecentQueries(5, 2);
        moment.add(new QueryKey("", "milk"), Instant.EPOCH);
        moment.add(new QueryKey("de", "milk"), Instant.EPOCH);
        assertThat(moment.rate()).isEmpty();
        assertThat(moment.queries()).isEqualTo(2);
    }
}
