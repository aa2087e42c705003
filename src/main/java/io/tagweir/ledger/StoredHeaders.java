package io.tagweir.ledger;

import io.tagweir.avro.Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record's headers and key as a ledger entry keeps them. Pure functions. */
public final class StoredHeaders {

    private StoredHeaders() {}

    public static List<Header> of(Headers headers) {
        var kept = new ArrayList<Header>();
        headers.forEach(header -> kept.add(new Header(header.key(), buffer(header.value()))));
        return kept;
    }

    /** Gives a record the headers that were kept. */
    public static void into(List<Header> kept, Headers headers) {
        kept.forEach(header -> headers.add(header.getKey(), bytes(header.getValue())));
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
