package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.bench.BurstLoad.Phase;
import io.tagweir.bench.BurstLoad.Times;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Duration;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * 100 hits/s throughout, and misses:
 *
 * <pre>
 *   IDLE 2 s      BURST 3 s      AFTER 1 s
 *   20/s          200/s          20/s
 * </pre>
 */
final class BurstTest {

    private static final int HEAD = 50;

    private final BurstLoad load = new BurstLoad(100, 20, 10, Times.ofSeconds(2, 3, 1), Duration.ofMillis(500));

    private final BurstTally tally = new BurstTally(load, Duration.ofSeconds(1));

    @Test
    void missesMultiplyInTheBurstAndHitsDoNot() {
        assertThat(load.pace().queries()).isEqualTo(2 * 120 + 3 * 300 + 120);
        assertThat(misses(Phase.IDLE)).isEqualTo(40);
        assertThat(misses(Phase.BURST)).isEqualTo(600);
        assertThat(misses(Phase.AFTER)).isEqualTo(20);
        assertThat(load.misses()).isEqualTo(660);
    }

    @Test
    void prioritiesComeInTheirShares() {
        assertThat(load.count(Phase.BURST, Priority.INTERACTIVE)).isEqualTo(60);
        assertThat(load.count(Phase.BURST, Priority.STANDARD)).isEqualTo(360);
        assertThat(load.count(Phase.BURST, Priority.BACKGROUND)).isEqualTo(180);
    }

    @Test
    void everyMissIsAskedOnceAndOnlyInteractiveOnesHaveADeadline() {
        // A serde has Avro trust our classes.
        assertThat(new SingleObjectSerde<>(QueryEvent.getClassSchema())).isNotNull();
        var events = load.events(HEAD, 1_000);
        var seen = new HashSet<String>();
        for (int i = 0; i < load.pace().queries(); i++) {
            var event = events.apply(i);
            if (load.isMiss(i)) {
                assertThat(seen.add(event.getQuery())).isTrue();
                assertThat(event.getPriority()).isEqualTo(load.priority(i));
            }
            boolean interactive = event.getPriority() == Priority.INTERACTIVE;
            assertThat(event.getDeadlineMs()).isEqualTo(interactive ? 500 : null);
        }
        assertThat(seen).hasSize(660).doesNotContainAnyElementsOf(head());
    }

    @Test
    void interactiveMissCountsOnlyWhereItWasTaggedBeforeItsDeadline() {
        var interactive = IntStream.range(0, load.pace().queries())
                .filter(i -> load.isMiss(i) && load.phase(i) == Phase.BURST)
                .filter(i -> load.priority(i) == Priority.INTERACTIVE)
                .toArray();
        tally.answered(interactive[0], Source.STUDENT, 500_000);
        tally.answered(interactive[1], Source.CACHE, 10);
        tally.answered(interactive[2], Source.STUDENT, 500_001);
        tally.answered(interactive[3], Source.SHED, 10);
        tally.answered(interactive[4], Source.FALLBACK, 10);
        assertThat(tally.interactiveInTime()).isEqualTo(2.0 / 60);
        assertThat(tally.answered(Priority.INTERACTIVE, Source.STUDENT)).isEqualTo(2);
        assertThat(tally.answered(Priority.INTERACTIVE, Source.SHED)).isOne();
        assertThat(tally.answered(Priority.STANDARD, Source.SHED)).isZero();
    }

    @Test
    void headIsMeasuredWindowByWindow() {
        for (int i = 0; i < load.pace().queries(); i++) {
            if (!load.isMiss(i)) {
                boolean second = load.into(i).toSeconds() == 1;
                tally.answered(i, Source.HEAD, second ? 8_000 : 2_000);
            }
        }
        assertThat(tally.headP99(Phase.BURST).rounds()).hasSize(3);
        assertThat(tally.headP99(Phase.BURST).median()).isBetween(1.9, 2.1);
        assertThat(tally.headP99(Phase.BURST).max()).isBetween(7.9, 8.1);
        assertThat(tally.headP99(Phase.AFTER).rounds()).hasSize(1);
        assertThat(tally.head(Phase.IDLE).p99()).isBetween(7.9, 8.1);
    }

    private long misses(Phase phase) {
        return IntStream.range(0, load.pace().queries())
                .filter(i -> load.phase(i) == phase && load.isMiss(i))
                .count();
    }

    private static Iterable<String> head() {
        return IntStream.range(0, HEAD).mapToObj(Queries::text).toList();
    }
}
