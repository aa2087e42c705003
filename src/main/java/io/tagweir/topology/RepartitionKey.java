package io.tagweir.topology;

import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the key of a query, which may be null, for the repartition hop.
 *
 * <p>{@code KStream.repartition} silently drops records with a null key: it inserts the filter node
 * {@code queries-by-key-repartition-filter}. So the key of the hop is never null and contains the record's own key:
 * {@link #MARK}, then 0 for a null key, or 1 and the key's bytes. Bytes without the mark are a key that an earlier
 * release wrote unwrapped.
 */
record RepartitionKey(byte @Nullable [] bytes) {

    private static final byte[] MARK = {0, 'T', 'K'};
    private static final byte NULL = 0;
    private static final byte PRESENT = 1;

    static Serde<RepartitionKey> serde() {
        return Serdes.serdeFrom((topic, key) -> key.wrapped(), (topic, bytes) -> read(topic, bytes));
    }

    private byte[] wrapped() {
        int length = bytes == null ? 0 : bytes.length;
        byte[] written = Arrays.copyOf(MARK, MARK.length + 1 + length);
        written[MARK.length] = bytes == null ? NULL : PRESENT;
        if (bytes != null) {
            System.arraycopy(bytes, 0, written, MARK.length + 1, length);
        }
        return written;
    }

    private static RepartitionKey read(String topic, byte @Nullable [] written) {
        if (written == null || !isMarked(written)) {
            return new RepartitionKey(written);
        }
        return switch (written[MARK.length]) {
            case NULL -> new RepartitionKey(null);
            case PRESENT -> new RepartitionKey(Arrays.copyOfRange(written, MARK.length + 1, written.length));
            default ->
                throw new SerializationException(
                        "a key of " + topic + " has the format " + written[MARK.length] + " of a later release");
        };
    }

    private static boolean isMarked(byte[] written) {
        return written.length > MARK.length && Arrays.equals(written, 0, MARK.length, MARK, 0, MARK.length);
    }
}
