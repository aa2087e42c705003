package io.tagweir.bench;

import java.time.Duration;
import java.util.List;

/**
 * When each query of a load is due, and whether it is a miss. A profile is a sequence of phases, and each spreads its
 * queries and misses evenly. Queries are numbered from 0.
 */
public record RateProfile(List<Phase> phases) {

    /** @param misses how many of the {@code queries} are not in the head */
    public record Phase(int queries, int misses, Duration duration) {

        public Phase {
            if (queries < 1 || misses < 0 || misses > queries || duration.isNegative()) {
                throw new IllegalArgumentException(
                        "invalid phase: " + queries + " queries, " + misses + " misses, " + duration);
            }
        }

        /** Rates are per second. */
        public static Phase of(double hitRate, double missRate, Duration duration) {
            double rate = hitRate + missRate;
            int queries = (int) (duration.toMillis() * rate / 1e3);
            return new Phase(queries, (int) Math.round(queries * missRate / rate), duration);
        }

        private int missesBefore(int offset) {
            return (int) ((long) offset * misses / queries);
        }
    }

    public RateProfile {
        phases = List.copyOf(phases);
    }

    public RateProfile(Phase... phases) {
        this(List.of(phases));
    }

    /** A load of {@code queries} hits at one rate per second. */
    public static RateProfile steady(double rate, int queries) {
        return new RateProfile(new Phase(queries, 0, Duration.ofNanos((long) (queries * 1e9 / rate))));
    }

    /** All queries are due at once, so they are sent as fast as the producer accepts them. */
    public static RateProfile backlog(int queries, int misses) {
        return new RateProfile(new Phase(queries, misses, Duration.ZERO));
    }

    public int queries() {
        return phases.stream().mapToInt(Phase::queries).sum();
    }

    public int misses() {
        return phases.stream().mapToInt(Phase::misses).sum();
    }

    /** Time from the start of the load until the query is due, in nanoseconds. */
    public long dueNanos(int number) {
        long before = 0;
        for (var phase : phases.subList(0, phase(number))) {
            before += phase.duration.toNanos();
        }
        return before + intoPhase(number).toNanos();
    }

    /** Time from the start of its phase until the query is due. */
    public Duration intoPhase(int number) {
        var phase = phases.get(phase(number));
        return Duration.ofNanos(Math.round((double) offset(number) / phase.queries * phase.duration.toNanos()));
    }

    /** Index of the phase in which the query is due. */
    public int phase(int number) {
        int end = 0;
        for (int i = 0; i < phases.size(); i++) {
            end += phases.get(i).queries;
            if (number >= 0 && number < end) {
                return i;
            }
        }
        throw new IllegalArgumentException("the load has no query " + number);
    }

    public boolean isMiss(int number) {
        var phase = phases.get(phase(number));
        return phase.missesBefore(offset(number) + 1) > phase.missesBefore(offset(number));
    }

    /** How many misses are due before this query. */
    public int missesBefore(int number) {
        var earlier = phases.subList(0, phase(number));
        return earlier.stream().mapToInt(Phase::misses).sum()
                + phases.get(earlier.size()).missesBefore(offset(number));
    }

    /** Number of the query within its phase. */
    private int offset(int number) {
        int first = 0;
        for (var earlier : phases.subList(0, phase(number))) {
            first += earlier.queries;
        }
        return number - first;
    }
}
