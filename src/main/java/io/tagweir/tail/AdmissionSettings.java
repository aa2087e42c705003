package io.tagweir.tail;

import io.tagweir.avro.Priority;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How many misses are taken over, and which are refused first.
 *
 * @param maxPending most misses taken over and not answered, in this process
 * @param backgroundMark share of {@code maxPending} from which BACKGROUND is refused
 * @param standardMark the same for STANDARD; INTERACTIVE is refused at the whole of it
 * @param hysteresis how far pending must fall below a mark, as a share of it, before that class is taken again
 * @param deferBackground whether BACKGROUND that finds no room waits on disk for it
 * @param maxDeferred most queries that so wait, in this process
 */
public record AdmissionSettings(
        int maxPending,
        double backgroundMark,
        double standardMark,
        double hysteresis,
        boolean deferBackground,
        int maxDeferred) {

    static final String MAX_PENDING = "tail.pending.max.queries";
    static final String BACKGROUND_MARK = "tail.shed.background.ratio";
    static final String STANDARD_MARK = "tail.shed.standard.ratio";
    static final String HYSTERESIS = "tail.shed.hysteresis.ratio";
    static final String BACKGROUND_FULL = "tail.background.when.full";
    static final String MAX_DEFERRED = "tail.deferred.max.queries";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MAX_PENDING,
                        Type.INT,
                        100_000,
                        Range.between(1, 10_000_000),
                        Importance.HIGH,
                        "Most misses this process has taken over and not answered. Past it a miss is answered SHED, so"
                                + " that neither memory nor the ledger grows without bound. About 1 KiB each.")
                .define(
                        BACKGROUND_MARK,
                        Type.DOUBLE,
                        0.5,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Share of tail.pending.max.queries from which on BACKGROUND misses are shed: they go first.")
                .define(
                        STANDARD_MARK,
                        Type.DOUBLE,
                        0.8,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Share of tail.pending.max.queries from which on STANDARD misses are shed; what is above it is"
                                + " kept for INTERACTIVE.")
                .define(
                        HYSTERESIS,
                        Type.DOUBLE,
                        0.1,
                        Range.between(0, 0.9),
                        Importance.LOW,
                        "How far pending misses must fall below a mark, as a share of it, before that priority is taken"
                                + " again, so that shedding does not flap.")
                .define(
                        BACKGROUND_FULL,
                        Type.STRING,
                        "shed",
                        CaseInsensitiveValidString.in("shed", "defer"),
                        Importance.MEDIUM,
                        "What becomes of a BACKGROUND miss that finds no room: shed, or defer: it waits in the ledger"
                                + " until there is.")
                .define(
                        MAX_DEFERRED,
                        Type.INT,
                        200_000,
                        Range.between(1, 100_000_000),
                        Importance.LOW,
                        "Most BACKGROUND misses this process defers; past it they are shed. About 200 bytes of memory and"
                                + " 1 KiB on disk each.");
    }

    static AdmissionSettings of(AbstractConfig settings) {
        return new AdmissionSettings(
                settings.getInt(MAX_PENDING),
                settings.getDouble(BACKGROUND_MARK),
                settings.getDouble(STANDARD_MARK),
                settings.getDouble(HYSTERESIS),
                settings.getString(BACKGROUND_FULL).toLowerCase(Locale.ROOT).equals("defer"),
                settings.getInt(MAX_DEFERRED));
    }

    /** Pending misses from which on a priority is refused. */
    int highMark(Priority priority) {
        double share = switch (priority) {
            case BACKGROUND -> Math.min(backgroundMark, standardMark);
            case STANDARD -> standardMark;
            case INTERACTIVE -> 1;
        };
        return (int) Math.max(1, share * maxPending);
    }

    /** Pending misses below which it is taken again. */
    int lowMark(Priority priority) {
        return (int) Math.max(1, highMark(priority) * (1 - hysteresis));
    }
}
