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
 * Makes a dead letter of a record: its key, value and headers as they came, and headers that say what was wrong and
 * where the record lies.
 *
 * <p>A letter is larger than its record, and must fit into one; so what does not fit is cut: first the stack trace,
 * then headers of the record that are too large, then its value. {@link DeadLetters#CUT_HEADER} says what is missing. A letter is
 * written with the time it is written at, and not that of its record: the broker may refuse that, or delete the letter
 * with the next segment as too old. Thread-safe.
 *
 * @param topic of the dead letters
 * @param maxBytes most bytes of a letter: key, value and headers
 */
record DeadLetter(String topic, int maxBytes) {

    /** Longest text of ours in a header, in characters: what it quotes may be as large as the record. */
    private static final int MAX_TEXT = 1_000;

    private static final int MAX_TRACE = 8_000;

    /** Most bytes of {@link DeadLetters#CUT_HEADER}, whose text may take three bytes a character. */
    private static final int MAX_CUT = 3 * MAX_TEXT + 100;

    /** As the application's settings for Kafka Streams say. */
    static DeadLetter configured(Map<String, ?> configs) {
        var limits = configs.get(RecordLimits.CONFIG) instanceof RecordLimits given ? given : RecordLimits.defaults();
        return new DeadLetter(
                String.valueOf(configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG)),
                limits.maxLetterBytes());
    }

    /** A header of ours, in UTF-8. */
    private record Text(String key, byte[] value) implements Header {}

    /** Where a record lies. */
    record Place(@Nullable String topic, int partition, long offset, long timestamp) {}

    /**
     * @param reason its name as the meter counts it
     * @param headers of the record
     */
    ProducerRecord<byte[], byte[]> of(
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason,
            Exception failure,
            Place place) {
        var ours = new ArrayList<Header>();
        // All but the first two and the last have the names under which Kafka Streams' own handlers write these facts.
        ours.add(header(DeadLetters.REASON_HEADER, text(reason + ": " + failure.getMessage())));
        ours.add(header(DeadLetters.TIMESTAMP_HEADER, String.valueOf(place.timestamp())));
        ours.add(header("__streams.errors.exception", failure.getClass().getName()));
        ours.add(header("__streams.errors.message", text(String.valueOf(failure.getMessage()))));
        ours.add(header("__streams.errors.topic", String.valueOf(place.topic())));
        ours.add(header("__streams.errors.partition", String.valueOf(place.partition())));
        ours.add(header("__streams.errors.offset", String.valueOf(place.offset())));
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
            ours.add(header(DeadLetters.CUT_HEADER, text("not in this letter: " + String.join(", ", missing))));
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
        return headers.stream().mapToLong(BoundedSerde::size).sum();
    }

    private static Header header(String name, String value) {
        return new Text(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The beginning of a text that may quote a whole record. */
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
