package io.tagweir.topology;

import io.tagweir.head.HeadSettings;
import io.tagweir.setting.Setting;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How large an incoming record may be, so that whatever is written because of it fits into a record too.
 *
 * <p>Key and headers of a query are written again: to the repartition topic, in a ledger entry with the miss, and on
 * the answer. If a record near Kafka's own limit were accepted, its ledger entry might not be, which stops the
 * application. So the limit is well below Kafka's.
 *
 * @param maxBytes most bytes of a record's key, and of its value and headers
 * @param maxLetterBytes most bytes of a dead letter; a larger one is cut
 */
public record RecordLimits(int maxBytes, int maxLetterBytes) {

    /** Key under which the application passes the limits to Kafka Streams' handlers. */
    public static final String CONFIG = "tagweir.record.limits";

    public static final String MAX_BYTES = "record.max.bytes";

    /** Kafka's default limit of a topic, 1,048,588 bytes, less room for a batch's overhead. */
    private static final int MAX_LETTER_BYTES = 1_000_000;

    /** Bytes written for each code point of a query: as typed, canonical, in a tag, and the tag's own. */
    private static final int PER_CODE_POINT = 64;

    /** Ids, times, reasons, and what Kafka adds to a record and a batch. */
    private static final int REST = 8_192;

    /** What Kafka adds to a record that is written alone. */
    private static final int ENVELOPE = 256;

    private static final Setting<Long> BYTES = Setting.bytes(MAX_BYTES, 256L << 10)
            .between(1L << 10, 64L << 20)
            .doc(
                    "Largest query accepted: bytes of its key, and of its value and headers together. A larger one becomes a"
                            + " dead letter, because its answer or ledger entry might not fit into a Kafka record.");

    public static List<Setting<?>> settings() {
        return List.of(BYTES);
    }

    /** @param maxRequestBytes largest record that the producers send; a dead letter is cut to fit */
    public static RecordLimits of(AbstractConfig config, int maxRequestBytes) {
        return new RecordLimits(BYTES.of(config).intValue(), Math.min(MAX_LETTER_BYTES, maxRequestBytes - ENVELOPE));
    }

    /** The defaults. */
    public static RecordLimits defaults() {
        return of(Setting.config(settings(), Map.of()), Integer.MAX_VALUE);
    }

    /** Most bytes of a record that is written because of a query: repartitioned query, ledger entry, miss or answer. */
    public long largestOutput(HeadSettings head) {
        int codePoints = Math.min(head.maxQueryLength(), maxBytes);
        return 2L * maxBytes + head.maxRowBytes() + (long) PER_CODE_POINT * codePoints + REST;
    }

    /** Most bytes of a dead letter, with what Kafka adds to it. */
    public long largestLetter() {
        return (long) maxLetterBytes + ENVELOPE;
    }
}
