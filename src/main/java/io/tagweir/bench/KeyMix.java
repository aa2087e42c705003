package io.tagweir.bench;

import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How the records of a load are keyed. The application must answer a query whatever its key is. Any thread. */
public enum KeyMix {

    /** The canonical key, so no record needs to be repartitioned. */
    CANONICAL,

    /** In turn: no key, an empty key, a key unrelated to the query, and the canonical key. */
    MIXED;

    /** Odd, so that unrelated keys differ from each other and spread over the partitions. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** The key of query {@code number}, which has no segment; null for a record without a key. */
    public byte @Nullable [] key(int number, String query) {
        return switch (this == CANONICAL ? 3 : number % 4) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> ByteBuffer.allocate(Long.BYTES).putLong(number * SPREAD).array();
            default -> new QueryKey("", Normaliser.canonical(query)).text().getBytes(StandardCharsets.UTF_8);
        };
    }
}
