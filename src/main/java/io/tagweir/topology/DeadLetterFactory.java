package io.tagweir.topology;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Creates dead letters: the key, value and headers of the record unchanged, plus headers with the reason and the
 * record's topic, partition and offset.
 *
 * <p>A letter is larger than its record but must fit into one, so it is truncated if needed: first the stack trace,
 * then large headers of the record, then its value. {@link #CUT_HEADER} lists what is missing. The timestamp of a
 * letter is the time of writing: the broker might reject the record's own, or delete the letter with the next segment
 * as too old. Thread-safe.
 *
 * @param topic dead-letter topic
 * @param maxBytes largest letter, in bytes of key, value and headers
 */
record DeadLetterFactory(String topic, int maxBytes) {

    /** Header that lists what is missing in the letter; absent if nothing is. */
    static final String CUT_HEADER = "tagweir.cut";

    /** Header with the timestamp of the record, in milliseconds since the epoch. */
    static final String TIMESTAMP_HEADER = "tagweir.timestamp";

    /** Longest text in a header, in characters: a message may quote the whole record. */
    private static final int MAX_TEXT = 1_000;

    private static final int MAX_TRACE = 8_000;

    /** Most bytes of {@link #CUT_HEADER}, whose text may take three bytes a character. */
    private static final int MAX_CUT = 3 * MAX_TEXT + 100;

    /** Configured from the Kafka Streams configuration. */
    static DeadLetterFactory configured(Map<String, ?> configs) {
        var limits = configs.get(RecordLimits.CONFIG) instanceof RecordLimits given ? given : RecordLimits.defaults();
        return new DeadLetterFactory(
                String.valueOf(configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG)),
                limits.maxLetterBytes());
    }

    /** A header with a text in UTF-8. */
    private record TextHeader(String key, byte[] value) implements Header {}

    /** The topic, partition, offset and timestamp of a record. */
    record RecordOrigin(@Nullable String topic, int partition, long offset, long timestamp) {}

    /**
     * @param reason its name in the dead-letter meter
     * @param headers headers of the record
     */
    ProducerRecord<byte[], byte[]> of(
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason,
            Exception failure,
            RecordOrigin origin) {
        var ours = new ArrayList<Header>();
        // The __streams names are those of Kafka Streams' own handlers.
        ours.add(header(DeadLetterHandler.REASON_HEADER, text(reason + ": " + failure.getMessage())));
        ours.add(header(TIMESTAMP_HEADER, String.valueOf(origin.timestamp())));
        ours.add(header("__streams.errors.exception", failure.getClass().getName()));
        ours.add(header("__streams.errors.message", text(String.valueOf(failure.getMessage()))));
        ours.add(header("__streams.errors.topic", String.valueOf(origin.topic())));
        ours.add(header("__streams.errors.partition", String.valueOf(origin.partition())));
        ours.add(header("__streams.errors.offset", String.valueOf(origin.offset())));
        ours.add(header("__streams.errors.stacktrace", stackTrace(failure)));
        var theirs = List.of(headers.toArray());
        if (size(key) + size(value) + size(theirs) + size(ours) <= maxBytes) {
            return letter(key, value, theirs, ours);
        }
        ours.remove(ours.size() - 1);
        return cut(key, value, theirs, ours);
    }

    private ProducerRecord<byte[], byte[]> cut(
            byte @Nullable [] key, byte @Nullable [] value, List<Header> theirs, List<Header> ours) {
        var missing = new ArrayList<String>();
        long left = maxBytes - size(ours) - MAX_CUT;
        byte[] keptKey = first(key, left / 4, "key", missing);
        left -= size(keptKey);
        var kept = new ArrayList<Header>();
        long forHeaders = left / 2;
        for (var header : theirs) {
            long size = size(List.of(header));
            if (size <= forHeaders) {
                kept.add(header);
                forHeaders -= size;
                left -= size;
            } else {
                missing.add("the header " + header.key());
            }
        }
        byte[] keptValue = first(value, left, "value", missing);
        if (!missing.isEmpty()) {
            ours.add(header(CUT_HEADER, text("not in this letter: " + String.join(", ", missing))));
        }
        return letter(keptKey, keptValue, kept, ours);
    }

    private static byte @Nullable [] first(byte @Nullable [] bytes, long most, String part, List<String> missing) {
        if (bytes == null || bytes.length <= most) {
            return bytes;
        }
        missing.add("the " + part + " after its first " + most + " of " + bytes.length + " bytes");
        return Arrays.copyOf(bytes, (int) most);
    }

    private ProducerRecord<byte[], byte[]> letter(
            byte @Nullable [] key, byte @Nullable [] value, List<Header> theirs, List<Header> ours) {
        var headers = new ArrayList<>(theirs);
        headers.addAll(ours);
        return new ProducerRecord<>(topic, null, null, key, value, headers);
    }

    private static long size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long size(List<Header> headers) {
        return headers.stream().mapToLong(SizeLimitedSerde::size).sum();
    }

    private static Header header(String name, String value) {
        return new TextHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Truncates a text that may quote a whole record. */
    static String text(String text) {
        return first(text, MAX_TEXT);
    }

    private static String first(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static String stackTrace(Exception failure) {
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return first(trace.toString(), MAX_TRACE);
    }
}
