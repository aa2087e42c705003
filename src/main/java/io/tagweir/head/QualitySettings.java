package io.tagweir.head;

import io.tagweir.query.HeldOut;
import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Which answers of the head the student is compared with.
 *
 * @param share of the hits that are sampled; 0 for none
 * @param heldOut queries that the student was not trained on; only those are sampled
 * @param interval in which a query is sampled once at most
 * @param perSecond most hits a second that this process samples
 */
public record QualitySettings(double share, HeldOut heldOut, Duration interval, int perSecond) {

    /** Each query counts once in this time, so that a few popular ones do not outweigh all others. */
    static final Duration INTERVAL = Duration.ofHours(1);

    /** A thousandth of what the packaged student does on two cores; 18,000 comparisons an hour are plenty. */
    static final int PER_SECOND = 5;

    /** {@link HeldOut} needs a share below 1. */
    private static final double MOST_HELD_OUT = 0.99;

    private static final Setting<Double> SHARE = Setting.share("quality.share", 0.01)
            .doc(
                    "Share of the head's answers that the student tags as well, when it has nothing else to do, so that both"
                            + " can be compared. Only queries that the student was not trained on count, each once an hour, and at"
                            + " most 5 a second. 0 switches the comparison off.");
    private static final Setting<Double> HELD_OUT = Setting.share("quality.held.out.share", HeldOut.DEFAULT_SHARE)
            .between(0.0, MOST_HELD_OUT)
            .doc("Share of the queries that were kept out of training. Set it to what snapshot export was given as"
                    + " --heldout. 0 leaves nothing to compare.");

    static List<Setting<?>> settings() {
        return List.of(SHARE, HELD_OUT);
    }

    static QualitySettings of(AbstractConfig config) {
        return new QualitySettings(SHARE.of(config), new HeldOut(HELD_OUT.of(config)), INTERVAL, PER_SECOND);
    }

    public QualitySettings withInterval(Duration other) {
        return new QualitySettings(share, heldOut, other, perSecond);
    }

    public QualitySettings withPerSecond(int other) {
        return new QualitySettings(share, heldOut, interval, other);
    }
}
