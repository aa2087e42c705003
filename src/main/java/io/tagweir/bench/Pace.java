package io.tagweir.bench;

import java.time.Duration;
import java.util.List;

/**
 * When each query of a load is due: stretches of time, one after the other, each at a steady rate.
 *
 * @param stretches at least one
 */
public record Pace(List<Stretch> stretches) {

    /**
     * A while at one rate.
     *
     * @param rate queries a second
     */
    public record Stretch(double rate, Duration time) {

        public Stretch {
            if (!(rate > 0) || time.isNegative()) {
                throw new IllegalArgumentException("no load is " + rate + " queries a second for " + time);
            }
        }

        int queries() {
            return (int) (time.toMillis() * rate / 1e3);
        }
    }

    public Pace {
        stretches = List.copyOf(stretches);
        if (stretches.isEmpty()) {
            throw new IllegalArgumentException("a load has at least one stretch");
        }
    }

    /** One rate from beginning to end. */
    static Pace steady(double rate, Duration time) {
        return new Pace(List.of(new Stretch(rate, time)));
    }

    int queries() {
        return stretches.stream().mapToInt(Stretch::queries).sum();
    }

    /** When query {@code number} is due, in nanoseconds from the start. */
    long due(int number) {
        int rest = number;
        long before = 0;
        for (var stretch : stretches) {
            if (rest < stretch.queries()) {
                return before + (long) (rest * 1e9 / stretch.rate);
            }
            rest -= stretch.queries();
            before += stretch.time.toNanos();
        }
        throw new IllegalArgumentException("there is no query with number " + number);
    }
}
