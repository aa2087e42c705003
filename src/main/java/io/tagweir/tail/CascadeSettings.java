package io.tagweir.tail;

import io.tagweir.setting.Setting;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * When a larger student is asked after the fast one, and what a query gets that no student answers.
 *
 * @param largerDirectory model directory of the larger student; empty if there is none
 * @param sure confidence from which on the fast student's answer is used
 * @param fastShare share of a query's deadline after which the larger student is no longer asked
 * @param fallback what a query gets that no student answers in time
 */
public record CascadeSettings(String largerDirectory, double sure, double fastShare, Fallback fallback) {

    /** What a query gets that no student answers in time. */
    public enum Fallback {
        /** Tags by the vocabulary of the head's snapshot. */
        RULES,
        /** No tags. */
        EMPTY
    }

    /** Later than this the larger student would hardly finish in time. */
    private static final double FAST_SHARE = 0.6;

    private static final Setting<String> LARGER_DIR = Setting.text("tail.larger.student.dir", "")
            .doc("Directory of a larger student. It is asked if the fast one is unsure and at most 60 % of the query's"
                    + " deadline has passed. Empty means there is none.");
    private static final Setting<Double> SURE = Setting.share("tail.larger.student.below.confidence", 0.5)
            .doc("The larger student is asked if the fast one gives its least certain label a probability below this.");
    private static final Setting<Fallback> FALLBACK = Setting.choice("tail.fallback", Fallback.RULES)
            .doc("What a query gets that no student answers in time. rules tags it by the vocabulary of the head's"
                    + " snapshot; empty gives it no tags.");

    static List<Setting<?>> settings() {
        return List.of(LARGER_DIR, SURE, FALLBACK);
    }

    static CascadeSettings of(AbstractConfig config) {
        return new CascadeSettings(LARGER_DIR.of(config), SURE.of(config), FAST_SHARE, FALLBACK.of(config));
    }

    public CascadeSettings withFastShare(double other) {
        return new CascadeSettings(largerDirectory, sure, other, fallback);
    }

    boolean rules() {
        return fallback == Fallback.RULES;
    }
}
