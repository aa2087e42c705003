package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * A row of head tags in Avro binary, each array in one block: what its {@link RowHash} is taken of and what the head
 * table stores. Immutable, if nobody writes to its bytes.
 *
 * <p>Written out field by field, because every row is encoded so at both ends, and Avro's own writer takes 600 ns where
 * this takes 240: it has no generated encoder for a record with timestamps in it.
 */
public final class RowAvro {

    /** A thread gives its buffer back after a row longer than this, in bytes. */
    private static final int KEPT = 1 << 16;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final byte[] bytes;
    private final int tagsLength;

    private RowAvro(byte[] bytes, int tagsLength) {
        this.bytes = bytes;
        this.tagsLength = tagsLength;
    }

    public static RowAvro of(HeadTags row) {
        var scratch = SCRATCH.get();
        try {
            scratch.writeTags(row.getTags());
            int tagsLength = scratch.length();
            scratch.writeRest(row);
            return new RowAvro(scratch.take(), tagsLength);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            scratch.clear();
        }
    }

    /** The array of tags alone, as the row begins. */
    public static byte[] ofTags(List<Tag> tags) {
        var scratch = SCRATCH.get();
        try {
            scratch.writeTags(tags);
            return scratch.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            scratch.clear();
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    /** How many of the bytes are the array of tags, with which they begin. */
    public int tagsLength() {
        return tagsLength;
    }

    /** What a thread needs to write one row, kept for the next. */
    private static final class Scratch {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);

        void writeTags(List<Tag> tags) throws IOException {
            encoder.writeArrayStart();
            encoder.setItemCount(tags.size());
            for (var tag : tags) {
                encoder.startItem();
                tag.customEncode(encoder);
            }
            encoder.writeArrayEnd();
        }

        void writeRest(HeadTags row) throws IOException {
            encoder.writeLong(row.getTaggedAt().toEpochMilli());
            var expires = row.getExpiresAt();
            encoder.writeIndex(expires == null ? 0 : 1);
            if (expires != null) {
                encoder.writeLong(expires.toEpochMilli());
            }
            encoder.writeArrayStart();
            encoder.setItemCount(row.getDependsOn().size());
            for (var entity : row.getDependsOn()) {
                encoder.startItem();
                encoder.writeString(entity);
            }
            encoder.writeArrayEnd();
        }

        int length() {
            return out.size() + encoder.bytesBuffered();
        }

        byte[] take() throws IOException {
            encoder.flush();
            return out.toByteArray();
        }

        /** After a row that could not be written, too: what the encoder still holds of it is forgotten. */
        void clear() {
            if (out.size() > KEPT) {
                SCRATCH.remove();
            } else {
                out.reset();
                encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            }
        }
    }
}
