package io.tagweir.bench;

import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The keys that producers send, in turn: none, an empty one, a producer's own that says nothing of the query, and the
 * canonical key. Any of them must bring the query its answer. The same for the same query; any thread.
 */
public final class KeyMix {

    /** Odd, so that the numbers in a producer's own keys are spread over the partitions and none comes twice. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private KeyMix() {}

    /** The key of query {@code number}, which has no segment; null: the record is sent without one. */
    public static byte @Nullable [] key(int number, String query) {
        return switch (number % 4) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> ByteBuffer.allocate(Long.BYTES).putLong(number * SPREAD).array();
            default -> new QueryKey("", Normaliser.canonical(query)).text().getBytes(StandardCharsets.UTF_8);
        };
    }
}
