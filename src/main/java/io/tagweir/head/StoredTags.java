package io.tagweir.head;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * A row of the head table as it lies in the store: a format byte, the length of the tags as a four-byte integer, then
 * the row in Avro binary, whose first field is the tags.
 *
 * <p>The bytes of the tags are what an answer holds too, so a hit copies them ({@link #spliceTags}) where decoding and
 * encoding them again would cost more than the lookup. Methods are pure and thread-safe.
 */
final class StoredTags {

    static final int FORMAT = 1;
    private static final int TAGS_AT = 1 + Integer.BYTES;

    /** Where the row in Avro binary begins; it runs to the end. */
    static final int ROW_AT = TAGS_AT;

    private StoredTags() {}

    static byte[] of(HeadTags row) {
        try {
            var whole = new ByteArrayOutputStream(128);
            var encoder = EncoderFactory.get().directBinaryEncoder(whole, null);
            new SpecificDatumWriter<>(HeadTags.class).write(row, encoder);
            return laidOut(encoded(row.getTags()).length, whole.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row that holds nothing but tags, for {@link #spliceTags} and {@link #tags}. */
    static byte[] ofTags(List<Tag> tags) {
        byte[] encoded = encoded(tags);
        return laidOut(encoded.length, encoded);
    }

    private static byte[] laidOut(int tagsLength, byte[] avro) {
        return ByteBuffer.allocate(TAGS_AT + avro.length)
                .put((byte) FORMAT)
                .putInt(tagsLength)
                .put(avro)
                .array();
    }

    private static byte[] encoded(List<Tag> tags) {
        try {
            var bytes = new ByteArrayOutputStream(64);
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            encoder.writeArrayStart();
            encoder.setItemCount(tags.size());
            for (var tag : tags) {
                encoder.startItem();
                tag.customEncode(encoder);
            }
            encoder.writeArrayEnd();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the tags, as Avro's array of {@code Tag}, to where {@code to} stands. */
    static void spliceTags(byte[] stored, BinaryEncoder to) throws IOException {
        to.writeFixed(stored, TAGS_AT, tagsLength(stored));
    }

    static List<Tag> tags(byte[] stored) {
        try {
            var decoder = DecoderFactory.get().binaryDecoder(stored, TAGS_AT, tagsLength(stored), null);
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

    /** The whole row, for those who look at it from outside the hot path. */
    static HeadTags row(byte[] stored) {
        try {
            tagsLength(stored);
            var decoder = DecoderFactory.get().binaryDecoder(stored, TAGS_AT, stored.length - TAGS_AT, null);
            return new SpecificDatumReader<>(HeadTags.class).read(null, decoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Tag readTag(BinaryDecoder decoder) throws IOException {
        return new Tag(
                decoder.readString(), decoder.readString(), decoder.readInt(), decoder.readInt(), decoder.readFloat());
    }

    private static int tagsLength(byte[] stored) {
        if (stored[0] != FORMAT) {
            throw new IllegalStateException("the head store holds a row of format " + stored[0]
                    + ", this release reads " + FORMAT + ": wipe the state directory and its changelog");
        }
        return ByteBuffer.wrap(stored).getInt(1);
    }
}
