package io.tagweir.head;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.snapshot.RowAvro;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The stored format of a row of the head table: a fixed header, then the row in Avro binary ({@link RowAvro}), whose
 * first field is the tags.
 *
 * <pre>
 *   byte 0        format
 *        1 to 4   length of the tags in Avro
 *        5 to 12  tagged_at, milliseconds since the epoch
 *       13 to 20  expires_at; Long.MAX_VALUE: none
 *       21        1 if depends_on is not empty, else 0
 *       22 on     the row in Avro
 * </pre>
 *
 * <p>The header decides whether a row is fresh, so most hits decode nothing. A hit copies the bytes of the tags into
 * the answer ({@link #spliceTags}); decoding and encoding them would cost more than the lookup. Methods are pure and
 * thread-safe.
 */
final class StoredTags {

    static final int FORMAT = 2;

    /** The {@code expires_at} of a row without one. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int TAGS_LENGTH_AT = 1;
    private static final int TAGGED_AT = TAGS_LENGTH_AT + Integer.BYTES;
    private static final int EXPIRES_AT = TAGGED_AT + Long.BYTES;
    private static final int DEPENDS_AT = EXPIRES_AT + Long.BYTES;

    /** Where the row in Avro binary begins; it runs to the end. */
    static final int ROW_AT = DEPENDS_AT + 1;

    private StoredTags() {}

    static byte[] of(HeadTags row) {
        var expires = row.getExpiresAt();
        var avro = RowAvro.of(row);
        return layOut(
                avro.tagsLength(),
                row.getTaggedAt().toEpochMilli(),
                expires == null ? NEVER : expires.toEpochMilli(),
                !row.getDependsOn().isEmpty(),
                avro.bytes());
    }

    /** A row with tags only, for {@link #spliceTags} and {@link #tags}. */
    static byte[] ofTags(List<Tag> tags) {
        byte[] encoded = RowAvro.ofTags(tags);
        return layOut(encoded.length, 0, NEVER, false, encoded);
    }

    private static byte[] layOut(int tagsLength, long taggedAt, long expiresAt, boolean depends, byte[] avro) {
        return ByteBuffer.allocate(ROW_AT + avro.length)
                .put((byte) FORMAT)
                .putInt(tagsLength)
                .putLong(taggedAt)
                .putLong(expiresAt)
                .put((byte) (depends ? 1 : 0))
                .put(avro)
                .array();
    }

    /** Milliseconds since the epoch. */
    static long taggedAt(byte[] stored) {
        return checked(stored).getLong(TAGGED_AT);
    }

    /** Milliseconds since the epoch, or {@link #NEVER}. */
    static long expiresAt(byte[] stored) {
        return checked(stored).getLong(EXPIRES_AT);
    }

    static boolean depends(byte[] stored) {
        return checked(stored).get(DEPENDS_AT) != 0;
    }

    /** The entities the row depends on. Decodes the fields after the tags; check {@link #depends} first. */
    static List<String> dependsOn(byte[] stored) {
        try {
            int behindTags = ROW_AT + tagsLength(stored);
            var decoder = DecoderFactory.get().binaryDecoder(stored, behindTags, stored.length - behindTags, null);
            decoder.readLong(); // tagged_at
            if (decoder.readIndex() != 0) {
                decoder.readLong(); // expires_at
            }
            var entities = new ArrayList<String>();
            for (long block = decoder.readArrayStart(); block > 0; block = decoder.arrayNext()) {
                for (long i = 0; i < block; i++) {
                    entities.add(decoder.readString());
                }
            }
            return entities;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the tags, an Avro array of {@code Tag}, to an encoder. */
    static void spliceTags(byte[] stored, BinaryEncoder to) throws IOException {
        to.writeFixed(stored, ROW_AT, tagsLength(stored));
    }

    static List<Tag> tags(byte[] stored) {
        try {
            var decoder = DecoderFactory.get().binaryDecoder(stored, ROW_AT, tagsLength(stored), null);
            var tags = new ArrayList<Tag>();
            for (long block = decoder.readArrayStart(); block > 0; block = decoder.arrayNext()) {
                for (long i = 0; i < block; i++) {
                    tags.add(readTag(decoder));
                }
            }
            return tags;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole row; not for the hot path. */
    static HeadTags row(byte[] stored) {
        long expires = expiresAt(stored);
        return new HeadTags(
                tags(stored),
                Instant.ofEpochMilli(taggedAt(stored)),
                expires == NEVER ? null : Instant.ofEpochMilli(expires),
                dependsOn(stored));
    }

    private static Tag readTag(BinaryDecoder decoder) throws IOException {
        return new Tag(
                decoder.readString(), decoder.readString(), decoder.readInt(), decoder.readInt(), decoder.readFloat());
    }

    private static int tagsLength(byte[] stored) {
        return checked(stored).getInt(TAGS_LENGTH_AT);
    }

    /** Whether this release can read what is stored. */
    static boolean isReadable(byte[] stored) {
        return stored.length >= ROW_AT && stored[0] == FORMAT;
    }

    private static ByteBuffer checked(byte[] stored) {
        if (!isReadable(stored)) {
            throw new IllegalArgumentException(
                    "the row has format " + format(stored) + "; this release reads " + FORMAT);
        }
        return ByteBuffer.wrap(stored);
    }

    /** Format of a stored row; -1 if it is empty. */
    static int format(byte[] stored) {
        return stored.length == 0 ? -1 : stored[0];
    }
}
