package io.tagweir.app;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The kinds of record keys that producers write queries with. */
enum KeyKind {
    /** Spread over all partitions by the producer. */
    NULL,
    /** Not null: all such records go to one partition. */
    EMPTY,
    /** Bytes that are not text. */
    FOREIGN,
    /** The query's canonical text: the record goes to the partition of its query. */
    CANONICAL;

    private static final KeyKind[] KINDS = values();

    /** All kinds in turn. */
    static KeyKind of(int number) {
        return KINDS[Math.floorMod(number, KINDS.length)];
    }

    byte @Nullable [] key(int number, String canonical) {
        return switch (this) {
            case NULL -> null;
            case EMPTY -> new byte[0];
            case FOREIGN -> new byte[] {(byte) 0xff, 0, (byte) number, (byte) (number >> 8)};
            case CANONICAL -> canonical.getBytes(StandardCharsets.UTF_8);
        };
    }
}
