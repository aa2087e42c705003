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
 * A row of head tags in Avro binary, each array in one block. Its {@link RowHash} is computed from this, and the head
 * table stores it. Immutable, as long as nobody writes to its bytes.
 *
 * <p>It is encoded field by field because both publisher and tasks encode every row: that takes 240 ns, and 600 ns with
 * Avro's own writer, which has no generated encoder for records with timestamps.
 */
public final class RowAvro {

    /** A thread drops its buffer after a row longer than this, in bytes. */
    private static final int KEPT = 1 << 16;

    private static final ThreadLocal<EncodeBuffer> BUFFER = ThreadLocal.withInitial(EncodeBuffer::new);

    private final byte[] bytes;
    private final int tagsLength;

    private RowAvro(byte[] bytes, int tagsLength) {
        this.bytes = bytes;
        this.tagsLength = tagsLength;
    }

    public static RowAvro of(HeadTags row) {
        var buffer = BUFFER.get();
        try {
            buffer.writeTags(row.getTags());
            int tagsLength = buffer.length();
            buffer.writeRest(row);
            return new RowAvro(buffer.take(), tagsLength);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            buffer.clear();
        }
    }

    /** Only the array of tags, with which the row begins. */
    public static byte[] ofTags(List<Tag> tags) {
        var buffer = BUFFER.get();
        try {
            buffer.writeTags(tags);
            return buffer.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            buffer.clear();
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Length of the array of tags, with which the bytes begin. */
    public int tagsLength() {
        return tagsLength;
    }

    /** The buffer of a thread, reused for each row. */
    private static final class EncodeBuffer {

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

        /** Also drops what the encoder holds of a row that could not be written. */
        void clear() {
            if (out.size() > KEPT) {
                BUFFER.remove();
            } else {
                out.reset();
                encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            }
        }
    }
}
