package io.tagweir.topology;

import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The key of a query's record, null included, as it travels through the repartition hop.
 *
 * <p>{@code KStream.repartition} drops a record whose key is null, without a log line or an error: it inserts a filter,
 * the node {@code queries-by-key-repartition-filter}. So the key of the hop is never null, and the record's own key
 * lies inside: {@link #MARK}, then 0 for a null key, or 1 and the key's bytes. Bytes without the mark are a key that an
 * earlier release wrote to the hop as it stood.
 */
record RecordKey(byte @Nullable [] bytes) {

    private static final byte[] MARK = {0, 'T', 'K'};
    private static final byte NULL = 0;
    private static final byte PRESENT = 1;

    static Serde<RecordKey> serde() {
        return Serdes.serdeFrom((topic, key) -> key.written(), (topic, bytes) -> read(topic, bytes));
    }

    private byte[] written() {
        int length = bytes == null ? 0 : bytes.length;
        byte[] written = Arrays.copyOf(MARK, MARK.length + 1 + length);
        written[MARK.length] = bytes == null ? NULL : PRESENT;
        if (bytes != null) {
            System.arraycopy(bytes, 0, written, MARK.length + 1, length);
        }
        return written;
    }

    private static RecordKey read(String topic, byte @Nullable [] written) {
        if (written == null || !isMarked(written)) {
            return new RecordKey(written);
        }
        return switch (written[MARK.length]) {
            case NULL -> new RecordKey(null);
            case PRESENT -> new RecordKey(Arrays.copyOfRange(written, MARK.length + 1, written.length));
            default ->
                throw new SerializationException("the key of a record of " + topic
                        + " was written by a later release: its form is " + written[MARK.length]);
        };
    }

    private static boolean isMarked(byte[] written) {
        return written.length > MARK.length && Arrays.equals(written, 0, MARK.length, MARK, 0, MARK.length);
    }
}
