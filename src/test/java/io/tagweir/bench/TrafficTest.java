package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TrafficTest {

    private static final int HEAD = 100;
    private static final Set<String> HEAD_TEXTS =
            IntStream.range(0, HEAD).mapToObj(Queries::text).collect(Collectors.toSet());

    @Test
    void asManyQueriesMissAsWasSaid() {
        for (double share : new double[] {0, 0.02, 0.3, 0.71, 1}) {
            var traffic = new Traffic(HEAD, share, HEAD);
            long missed = texts(traffic, 10_000).stream()
                    .filter(text -> !HEAD_TEXTS.contains(text))
                    .count();
            assertThat(missed).isEqualTo(traffic.misses(10_000)).isEqualTo((long) (share * 10_000));
        }
    }

    @Test
    void noMissIsAskedTwiceNotEvenInTheNextWindow() {
        var traffic = Traffic.mixed(HEAD, 0.5);
        var unasked = new Unasked(HEAD);
        var seen = new HashSet<String>();
        for (var window : List.of(traffic.anew(999, unasked), traffic.anew(999, unasked))) {
            texts(window, 999).stream()
                    .filter(text -> !HEAD_TEXTS.contains(text))
                    .forEach(text -> assertThat(seen.add(text)).isTrue());
        }
    }

    @Test
    void sameSeedAsksTheSame() {
        var traffic = new Traffic(HEAD, 0.1, HEAD);
        assertThat(texts(traffic, 500)).isEqualTo(texts(traffic, 500));
    }

    private static List<String> texts(Traffic traffic, int count) {
        return IntStream.range(0, count).mapToObj(traffic.texts(3)).toList();
    }
}
