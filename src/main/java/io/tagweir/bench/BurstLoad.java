package io.tagweir.bench;

import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.IntFunction;

/**
 * A steady load of hits with misses among them, whose misses multiply for a while. Of ten misses one is INTERACTIVE and
 * has a deadline, six are STANDARD, three BACKGROUND. Immutable.
 */
final class BurstLoad {

    /** The stretches of the load, in their order. */
    enum Phase {
        IDLE,
        BURST,
        AFTER
    }

    /** How long each {@link Phase} lasts. */
    record Times(Duration idle, Duration burst, Duration after) {

        static Times ofSeconds(int idle, int burst, int after) {
            return new Times(Duration.ofSeconds(idle), Duration.ofSeconds(burst), Duration.ofSeconds(after));
        }

        private Duration of(Phase phase) {
            return switch (phase) {
                case IDLE -> idle;
                case BURST -> burst;
                case AFTER -> after;
            };
        }
    }

    private static final Priority[] OF_TEN = {
        Priority.INTERACTIVE,
        Priority.STANDARD,
        Priority.BACKGROUND,
        Priority.STANDARD,
        Priority.STANDARD,
        Priority.BACKGROUND,
        Priority.STANDARD,
        Priority.STANDARD,
        Priority.BACKGROUND,
        Priority.STANDARD
    };

    private static final byte HIT = -1;

    private final Pace pace;
    private final Duration deadline;
    private final int[] firstOf = new int[Phase.values().length + 1];
    private final byte[] priorities;
    private int misses;

    /**
     * @param hitRate hits a second, from beginning to end
     * @param missRate misses a second, but for the burst
     * @param fold how many times that they are in the burst
     * @param deadline of an INTERACTIVE miss, from when it is due
     */
    BurstLoad(double hitRate, double missRate, double fold, Times times, Duration deadline) {
        this.deadline = deadline;
        var stretches = new ArrayList<Pace.Stretch>();
        for (var phase : Phase.values()) {
            double misses = phase == Phase.BURST ? missRate * fold : missRate;
            stretches.add(new Pace.Stretch(hitRate + misses, times.of(phase)));
        }
        pace = new Pace(stretches);
        priorities = new byte[pace.queries()];
        for (var phase : Phase.values()) {
            fill(phase, stretches.get(phase.ordinal()), hitRate);
        }
    }

    /** Spreads the misses of a phase evenly. */
    private void fill(Phase phase, Pace.Stretch stretch, double hitRate) {
        int first = firstOf[phase.ordinal()];
        long all = stretch.queries();
        long missed = Math.round(all * (1 - hitRate / stretch.rate()));
        for (int i = 0; i < all; i++) {
            boolean miss = (i + 1) * missed / all > i * missed / all;
            priorities[first + i] = miss ? (byte) OF_TEN[misses++ % OF_TEN.length].ordinal() : HIT;
        }
        firstOf[phase.ordinal() + 1] = first + (int) all;
    }

    Pace pace() {
        return pace;
    }

    Duration deadline() {
        return deadline;
    }

    /** Misses of all phases. */
    int misses() {
        return misses;
    }

    Phase phase(int number) {
        int phase = 0;
        while (number >= firstOf[phase + 1]) {
            phase++;
        }
        return Phase.values()[phase];
    }

    /** When a query is due, from the beginning of its phase. */
    Duration into(int number) {
        return Duration.ofNanos(
                pace.due(number) - pace.due(firstOf[phase(number).ordinal()]));
    }

    boolean isMiss(int number) {
        return priorities[number] != HIT;
    }

    /** The priority of a miss. */
    Priority priority(int number) {
        return Priority.values()[priorities[number]];
    }

    /** Queries of a kind that fall into a phase. */
    int count(Phase phase, Priority priority) {
        int count = 0;
        for (int i = firstOf[phase.ordinal()]; i < firstOf[phase.ordinal() + 1]; i++) {
            if (isMiss(i) && priority(i) == priority) {
                count++;
            }
        }
        return count;
    }

    /**
     * The queries, to be asked for in order.
     *
     * @param firstMiss number of the first query that is missed
     */
    IntFunction<QueryEvent> events(int headRows, int firstMiss) {
        var ranks = new Zipf(headRows, 1, 1);
        var missed = new int[1];
        return number -> {
            if (!isMiss(number)) {
                return OpenLoop.event(number, Queries.text(ranks.next()));
            }
            var event = OpenLoop.event(number, Queries.text(firstMiss + missed[0]++));
            event.setPriority(priority(number));
            if (priority(number) == Priority.INTERACTIVE) {
                event.setDeadlineMs((int) deadline.toMillis());
            }
            return event;
        };
    }
}
