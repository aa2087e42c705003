package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOutTest {

    /** Hashes from {@code printf %s 'oat milk' | sha256sum}: a change of the formula would mix the two parts. */
    @ParameterizedTest
    @CsvSource({"oat milk,c0dc195721ecbd39", "milk,8825e76530f87ff5", "größe 42,4766db2b0c27084e"})
    void formulaIsTheDocumentedOne(String query, String hash) {
        assertThat(Long.toHexString(TextHash.of(query))).isEqualTo(hash);
        double fraction = Long.parseUnsignedLong(hash.substring(0, 8), 16) / 0x1p32;
        assertThat(new HeldOut(fraction + 0.001).contains(query)).isTrue();
        assertThat(new HeldOut(fraction - 0.001).contains(query)).isFalse();
    }

    @Test
    void aboutTheShareIsHeldOutAndALargerShareHoldsOutAllOfASmallerOne() {
        var tenth = new HeldOut(0.1);
        var quarter = new HeldOut(0.25);
        var queries = IntStream.range(0, 20_000).mapToObj(i -> "query " + i).toList();
        assertThat(queries.stream().filter(tenth::contains).count() / 20_000.0).isCloseTo(0.1, within(0.01));
        assertThat(queries.stream().filter(tenth::contains)).allMatch(quarter::contains);
        assertThat(queries).noneMatch(new HeldOut(0)::contains);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
    void shareThatLeavesNothingToTrainWithIsRefused(double share) {
        assertThatThrownBy(() -> new HeldOut(share)).hasMessageContaining("at least 0 and less than 1");
    }
}
