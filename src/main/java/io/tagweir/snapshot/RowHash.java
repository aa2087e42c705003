package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the hash of a row of head tags: the first eight bytes, as a big-endian integer, of SHA-256 over the key text
 * in UTF-8, a zero byte, and the row as {@link RowAvro} encodes it. Used by one thread.
 */
public final class RowHash {

    private static final byte SEPARATOR = 0;

    private final MessageDigest sha256;

    public RowHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public long of(QueryKey key, HeadTags row) {
        byte[] avro = RowAvro.of(row).bytes();
        return of(key.text(), avro, 0, avro.length);
    }

    /** The hash of a row encoded by {@link RowAvro}, in {@code length} bytes from {@code from} on. */
    public long of(String keyText, byte[] avro, int from, int length) {
        sha256.update(keyText.getBytes(StandardCharsets.UTF_8));
        sha256.update(SEPARATOR);
        sha256.update(avro, from, length);
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }
}
