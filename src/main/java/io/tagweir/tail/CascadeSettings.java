package io.tagweir.tail;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * When a larger student is asked after the fast one.
 *
 * @param largerDirectory model directory of the larger student; empty: there is none
 * @param largerThreads threads that run it
 * @param sure confidence from which on the fast student's answer stands
 * @param fastShare share of a query's budget after which the larger one is no longer begun with
 */
public record CascadeSettings(String largerDirectory, int largerThreads, double sure, double fastShare) {

    static final String LARGER_DIR = "tail.larger.student.dir";
    static final String LARGER_THREADS = "tail.larger.student.threads";
    static final String SURE = "tail.larger.student.below.confidence";
    static final String FAST_SHARE = "tail.fast.student.budget.ratio";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        LARGER_DIR,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "Directory of a larger student, asked where the fast one is unsure and the query's budget allows;"
                                + " empty: there is none.")
                .define(
                        LARGER_THREADS,
                        Type.INT,
                        1,
                        Range.between(1, 256),
                        Importance.LOW,
                        "Threads that run the larger student, in this process. It is asked for little, and must not take"
                                + " the cores from the fast one.")
                .define(
                        SURE,
                        Type.DOUBLE,
                        0.5,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "The larger student is asked where the fast one gives the label it is least sure of a probability"
                                + " below this.")
                .define(
                        FAST_SHARE,
                        Type.DOUBLE,
                        0.6,
                        Range.between(0, 1),
                        Importance.LOW,
                        "Share of a query's budget that belongs to the cache and the fast student: once it is used up the"
                                + " larger one is not begun with, as it would hardly end in time.");
    }

    static CascadeSettings of(AbstractConfig settings) {
        return new CascadeSettings(
                settings.getString(LARGER_DIR),
                settings.getInt(LARGER_THREADS),
                settings.getDouble(SURE),
                settings.getDouble(FAST_SHARE));
    }
}
