package io.tagweir.topology;

import io.tagweir.head.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Rejects keys and values that are too large, and null values, by a {@link RejectedRecordException}. Thread-safe if the
 * inner serde is.
 */
final class SizeLimitedSerde<T> implements Serde<T> {

    /** Largest overhead of a header: two lengths. */
    private static final int PER_HEADER = 10;

    private final Serde<T> inner;
    private final int maxBytes;
    private final boolean ofValues;

    private SizeLimitedSerde(Serde<T> inner, int maxBytes, boolean ofValues) {
        this.inner = inner;
        this.maxBytes = maxBytes;
        this.ofValues = ofValues;
    }

    /** For keys, which may be null. */
    static <T> Serde<T> keys(Serde<T> inner, RecordLimits limits) {
        return new SizeLimitedSerde<>(inner, limits.maxBytes(), false);
    }

    /** For values, which must not be null. The headers count towards their size. */
    static <T> Serde<T> values(Serde<T> inner, RecordLimits limits) {
        return new SizeLimitedSerde<>(inner, limits.maxBytes(), true);
    }

    @Override
    public Serializer<T> serializer() {
        return inner.serializer();
    }

    @Override
    public Deserializer<T> deserializer() {
        var deserializer = inner.deserializer();
        return new Deserializer<>() {
            @Override
            public T deserialize(String topic, byte[] bytes) {
                check(bytes, 0);
                return deserializer.deserialize(topic, bytes);
            }

            @Override
            public T deserialize(String topic, Headers headers, byte[] bytes) {
                check(bytes, ofValues ? size(headers) : 0);
                return deserializer.deserialize(topic, headers, bytes);
            }
        };
    }

    private void check(byte @Nullable [] bytes, long headers) {
        if (bytes == null && ofValues) {
            throw new RejectedRecordException(RejectedRecordException.Rejection.UNDECODABLE, "the record has no value");
        }
        long size = (bytes == null ? 0 : bytes.length) + headers;
        if (size > maxBytes) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.RECORD_TOO_LARGE,
                    (ofValues ? "value and headers have " : "the key has ") + size + " bytes; the limit is " + maxBytes
                            + " (" + RecordLimits.MAX_BYTES + ")");
        }
    }

    /** Upper bound of the size of the headers, in bytes. */
    private static long size(Headers headers) {
        long size = 0;
        for (var header : headers) {
            size += size(header);
        }
        return size;
    }

    static long size(Header header) {
        int value = header.value() == null ? 0 : header.value().length;
        return PER_HEADER + header.key().getBytes(StandardCharsets.UTF_8).length + value;
    }
}
