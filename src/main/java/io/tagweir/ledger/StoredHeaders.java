package io.tagweir.ledger;

import io.tagweir.avro.Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Converts the headers and key of a record to and from their form in a ledger entry. Pure functions. */
public final class StoredHeaders {

    private StoredHeaders() {}

    public static List<Header> of(Headers headers) {
        var stored = new ArrayList<Header>();
        headers.forEach(header -> stored.add(new Header(header.key(), buffer(header.value()))));
        return stored;
    }

    /** Adds stored headers to those of a record. */
    public static void into(List<Header> stored, Headers headers) {
        stored.forEach(header -> headers.add(header.getKey(), bytes(header.getValue())));
    }

    public static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    public static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
