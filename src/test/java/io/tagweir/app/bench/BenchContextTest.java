package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.bench.Queries;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.UniqueMisses;
import io.tagweir.wire.WireSerdes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class BenchContextTest {

    private static final int HEAD = 100;
    private static final Set<String> HEAD_TEXTS =
            IntStream.range(0, HEAD).mapToObj(Queries::text).collect(Collectors.toSet());

    @BeforeAll
    static void trustRecords() {
        WireSerdes.trustRecords();
    }

    @Test
    void missesOfTheProfileAreNotInTheHeadAndHitsAre() {
        var profile = RateProfile.backlog(10_000, 300);
        var texts = texts(profile, HEAD);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(HEAD_TEXTS.contains(texts.get(i))).isEqualTo(!profile.isMiss(i));
        }
    }

    @Test
    void noMissIsSentTwiceNotEvenInTheNextWindow() {
        var profile = RateProfile.backlog(999, 500);
        var misses = new UniqueMisses(HEAD);
        var seen = new HashSet<String>();
        for (int window = 0; window < 2; window++) {
            var texts = texts(profile, misses.take(profile.misses()));
            texts.stream()
                    .filter(text -> !HEAD_TEXTS.contains(text))
                    .forEach(text -> assertThat(seen.add(text)).isTrue());
        }
        assertThat(seen).hasSize(1_000);
    }

    @Test
    void runningOutOfUniqueMissesIsRefused() {
        var misses = new UniqueMisses(HEAD);
        misses.take(Queries.COUNT - HEAD);
        assertThatThrownBy(() -> misses.take(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sameSeedSendsTheSameQueries() {
        var profile = RateProfile.backlog(500, 50);
        assertThat(texts(profile, HEAD)).isEqualTo(texts(profile, HEAD));
    }

    private static List<String> texts(RateProfile profile, int firstMiss) {
        var queries = BenchContext.queries(profile, HEAD, firstMiss, 3);
        return IntStream.range(0, profile.queries())
                .mapToObj(i -> queries.apply(i).getQuery())
                .toList();
    }
}
