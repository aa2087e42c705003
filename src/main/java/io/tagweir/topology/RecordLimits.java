package io.tagweir.topology;

import io.tagweir.head.HeadSettings;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How large a record may be that comes in, so that whatever is written because of it fits into a record too.
 *
 * <p>A query's key and headers travel on: through the repartition hop, in a ledger entry beside the miss, on the
 * answer. A record near Kafka's own limit would be accepted and its ledger entry not be, which stops the application;
 * so what comes in is bounded well below that.
 *
 * @param maxBytes most bytes of a record's key, and of its value and headers
 * @param maxLetterBytes most bytes of a dead letter; what is larger is cut
 */
public record RecordLimits(int maxBytes, int maxLetterBytes) {

    /** Setting through which the application hands over the limits. */
    public static final String CONFIG = "tagweir.record.limits";

    public static final String MAX_BYTES = "record.max.bytes";
    public static final String MAX_LETTER_BYTES = "dead.letter.max.bytes";

    /** Bytes for a code point of a query in what is written of it: as typed, canonical, in a tag, and the tag's own. */
    private static final int PER_CODE_POINT = 64;

    /** Ids, times, reasons, and what Kafka adds to a record and a batch. */
    private static final int REST = 8_192;

    /** What Kafka adds to a record that is written alone. */
    private static final int ENVELOPE = 256;

    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MAX_BYTES,
                        Type.INT,
                        262_144,
                        Range.between(1_024, 64 << 20),
                        Importance.LOW,
                        "Most bytes of a query's key, and of its value and headers together; a larger query goes to the"
                                + " dead-letter topic, as its answer or its ledger entry might not fit into a Kafka"
                                + " record.")
                .define(
                        MAX_LETTER_BYTES,
                        Type.INT,
                        1_000_000,
                        Range.between(16_384, 1 << 30),
                        Importance.LOW,
                        "Most bytes of a dead letter; a larger record is cut to fit, and a header says what is missing.");
    }

    public static RecordLimits of(AbstractConfig settings) {
        return new RecordLimits(settings.getInt(MAX_BYTES), settings.getInt(MAX_LETTER_BYTES));
    }

    /** The defaults. */
    public static RecordLimits defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }

    /** Most bytes of a record that is written because of a query: its hop, ledger entry, miss or answer. */
    public long largestOutput(HeadSettings head) {
        int codePoints = Math.min(head.maxQueryLength(), maxBytes);
        return 2L * maxBytes + head.maxRowBytes() + (long) PER_CODE_POINT * codePoints + REST;
    }

    /** Most bytes of a dead letter, with what Kafka adds to it. */
    public long largestLetter() {
        return (long) maxLetterBytes + ENVELOPE;
    }
}
