package io.tagweir.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One figure measured in several rounds.
 *
 * @param rounds in the order they were run, at least one
 */
public record Sample(List<Double> rounds) {

    public Sample {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a figure needs at least one round");
        }
    }

    public static Sample of(double... rounds) {
        return new Sample(Arrays.stream(rounds).boxed().toList());
    }

    /** The mean of the two middle rounds if their number is even. */
    public double median() {
        var sorted = rounds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public double min() {
        return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double max() {
        return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * The ratio of this figure to a peer's, round by round. Rounds that ran next to each other are compared, so a
     * machine whose speed drifts disturbs the ratio less than either figure.
     */
    public Sample over(Sample peer) {
        if (peer.rounds.size() != rounds.size()) {
            throw new IllegalArgumentException(
                    "can't compare " + rounds.size() + " rounds with " + peer.rounds.size() + " of the peer");
        }
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < rounds.size(); i++) {
            ratios.add(rounds.get(i) / peer.rounds.get(i));
        }
        return new Sample(ratios);
    }
}
