package io.tagweir.snapshot.gate;

import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.SnapshotSettings;
import io.tagweir.tag.Taxonomy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Checks the gate's figures against its limits. Used by one thread. */
final class GateLimits {

    /**
     * A missing label is a breach if the candidate should have at least this many tags with it, by the label's share of
     * the active snapshot's tags. All of them are missing by chance once in 20,000 times (Poisson, e<sup>-10</sup>). A
     * rarer label is only reported.
     */
    static final double EXPECTED_TAGS = 10;

    /** Scores are floats; smaller differences are ignored. */
    private static final double NOISE = 1e-6;

    private final SnapshotSettings.GateSettings limits;
    private final Taxonomy taxonomy;
    private final List<String> breaches = new ArrayList<>();

    private GateLimits(SnapshotSettings.GateSettings limits, Taxonomy taxonomy) {
        this.limits = limits;
        this.taxonomy = taxonomy;
    }

    /** The breaches, each as a sentence. Without an active snapshot only the candidate itself is checked. */
    static List<String> breaches(GateFigures figures, SnapshotSettings.GateSettings limits, Taxonomy taxonomy) {
        var check = new GateLimits(limits, taxonomy);
        check.candidate(figures);
        if (figures.active() != null) {
            check.compared(figures, figures.active());
        }
        return List.copyOf(check.breaches);
    }

    /** The limits that could not be checked, each as a sentence. */
    static List<String> unjudged(GateFigures figures, SnapshotSettings.GateSettings limits) {
        if (figures.active() == null || isTrafficEnough(figures, limits)) {
            return List.of();
        }
        return List.of("not enough traffic to judge coverage: "
                + figures.traffic().queries() + " recent queries, and " + limits.minTraffic()
                + " are needed (" + SnapshotSettings.MIN_TRAFFIC
                + "); check again once more queries have come in, or lower the setting");
    }

    private static boolean isTrafficEnough(GateFigures figures, SnapshotSettings.GateSettings limits) {
        return figures.traffic().queries() >= limits.minTraffic();
    }

    private void candidate(GateFigures figures) {
        var candidate = figures.candidate();
        if (candidate.rows() == 0) {
            breaches.add(candidate.id() + " holds no rows");
        }
        candidate
                .unlikeManifest()
                .forEach((partition, what) -> breaches.add("partition " + partition + " of " + candidate.id()
                        + " does not hold what was sealed: " + what));
        if (!candidate.normaliser().equals(Normaliser.VERSION)) {
            breaches.add("the keys of " + candidate.id() + " were made with the normaliser " + candidate.normaliser()
                    + ", queries are looked up with " + Normaliser.VERSION);
        }
        if (candidate.scores().broken() > 0) {
            breaches.add(
                    candidate.scores().broken() + " of " + candidate.scores().tags() + " tags of " + candidate.id()
                            + " have a score that is not between 0 and 1; the limit is 0");
        }
        if (!figures.labelsOutside().isEmpty()) {
            breaches.add("labels of " + candidate.id() + " that the taxonomy does not allow: "
                    + String.join(", ", new TreeSet<>(figures.labelsOutside())) + " (" + SnapshotSettings.TAXONOMY
                    + ")");
        }
        if (!figures.valuesOutside().isEmpty()) {
            breaches.add("values of " + candidate.id() + " that the taxonomy does not allow, among them: "
                    + String.join(", ", new TreeSet<>(figures.valuesOutside())) + " (" + SnapshotSettings.TAXONOMY
                    + ")");
        }
    }

    private void compared(GateFigures figures, GateFigures.Side active) {
        var candidate = figures.candidate();
        figures.rowsRatio().ifPresent(ratio -> {
            if (ratio < limits.minRows()) {
                breach(
                        "the " + candidate.rows() + " rows of " + candidate.id() + " are " + down(ratio) + " of the "
                                + active.rows() + " of " + active.id(),
                        "at least " + limits.minRows(),
                        SnapshotSettings.MIN_ROWS);
            }
        });
        figures.churnShare().ifPresent(share -> {
            if (share > limits.maxChurn()) {
                breach(
                        figures.churn().gone() + " rows of " + active.id() + " are gone and "
                                + figures.churn().changed() + " changed in " + candidate.id() + ", " + up(share)
                                + " of its " + active.rows(),
                        "at most " + limits.maxChurn(),
                        SnapshotSettings.MAX_CHURN);
            }
        });
        figures.coverageRatio().ifPresent(ratio -> {
            if (ratio < limits.minCoverage() && isTrafficEnough(figures, limits)) {
                breach(
                        candidate.id() + " holds " + candidate.hits() + " of the latest "
                                + figures.traffic().queries() + " queries and " + active.id() + " " + active.hits()
                                + ": " + down(ratio) + " of its coverage",
                        "at least " + limits.minCoverage(),
                        SnapshotSettings.MIN_COVERAGE);
            }
        });
        scores(candidate, active);
        labels(figures, candidate, active);
    }

    private void scores(GateFigures.Side candidate, GateFigures.Side active) {
        double drop = active.scores().mean() - candidate.scores().mean();
        if (candidate.scores().tags() > 0 && active.scores().tags() > 0 && drop > limits.maxScoreDrop() + NOISE) {
            breach(
                    "the mean score of " + candidate.id() + " is "
                            + down(candidate.scores().mean()) + ", " + up(drop) + " below the "
                            + down(active.scores().mean()) + " of " + active.id(),
                    "at most " + limits.maxScoreDrop() + " below",
                    SnapshotSettings.MAX_SCORE_DROP);
        }
        if (candidate.scores().allEqual()
                && active.scores().tags() > 1
                && !active.scores().allEqual()) {
            breaches.add("all " + candidate.scores().tags() + " scores of " + candidate.id() + " are "
                    + down(candidate.scores().mean()) + ", those of " + active.id() + " are not all equal");
        }
    }

    private void labels(GateFigures figures, GateFigures.Side candidate, GateFigures.Side active) {
        for (String label : figures.labelsLacking()) {
            long had = active.labels().getOrDefault(label, 0L);
            double expected =
                    (double) had * candidate.scores().tags() / active.scores().tags();
            if (taxonomy.allows(label) && expected >= EXPECTED_TAGS) {
                breaches.add("no tag of " + candidate.id() + " has the label " + label + ", which " + had + " of "
                        + active.scores().tags() + " tags of " + active.id() + " have; " + Math.round(expected)
                        + " were to be expected, and from " + Math.round(EXPECTED_TAGS) + " on it counts");
            }
        }
    }

    private void breach(String what, String limit, String setting) {
        breaches.add(what + "; the limit is " + limit + " (" + setting + ")");
    }

    /** Rounded down, so that a figure below its limit does not look equal to it. */
    private static String down(double figure) {
        return rounded(figure, RoundingMode.DOWN);
    }

    private static String up(double figure) {
        return rounded(figure, RoundingMode.UP);
    }

    private static String rounded(double figure, RoundingMode mode) {
        return BigDecimal.valueOf(figure)
                .setScale(6, RoundingMode.HALF_UP)
                .setScale(3, mode)
                .toPlainString();
    }
}
