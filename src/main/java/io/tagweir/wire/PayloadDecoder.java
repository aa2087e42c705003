package io.tagweir.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies that one schema of the registry was used for. Any thread; the decoder is per thread.
 *
 * <p>Whatever the bytes are, reading them takes a bounded time, stack and heap, and gives a record or a
 * {@link SerializationException}. Avro holds every length it reads against the bytes that are left before it allocates,
 * and a test holds Avro to that; what it has no bound for, {@link SchemaComplexity} and {@link PayloadValidator} have.
 */
final class PayloadDecoder {

    private static final ThreadLocal<@Nullable BinaryDecoder> DECODER = new ThreadLocal<>();

    /** What a decoder of UTF-8 puts where there is none. */
    private static final char REPLACEMENT = '\uFFFD';

    private final String name;
    private final Schema written;
    private final Schema ours;
    private final DatumReader<SpecificRecord> reader;
    private final boolean plain;

    /**
     * @param expected the full name that the record must have; null: any that there is a class for
     * @throws SerializationException when no body of this schema can be read
     */
    PayloadDecoder(int id, Schema written, @Nullable String expected) {
        this.name = written.getFullName() + " (schema id " + id + ")";
        this.written = written;
        this.ours = AvroRecords.schema(written, expected);
        this.plain = SchemaComplexity.isPlain(written);
        if (!plain) {
            SchemaComplexity.mustBeBounded(written);
        }
        this.reader = AvroRecords.reader(written, ours);
    }

    /** @param bytes with the header of {@link WireFormat} */
    SpecificRecord read(byte[] bytes) {
        int length = bytes.length - WireFormat.HEADER;
        var decoder = decoder(bytes);
        try {
            if (!plain) {
                PayloadValidator.check(written, ours, decoder, length);
                decoder = decoder(bytes);
            }
            var record = reader.read(null, decoder);
            int left = decoder.remainingBytes();
            if (left > 0) {
                throw new SerializationException("trailing bytes: " + left + " after the end of " + name);
            }
            if (plain && holdsReplacement(record)) {
                decoder = decoder(bytes);
                PayloadValidator.check(written, ours, decoder, length);
            }
            return record;
        } catch (EOFException e) {
            throw new SerializationException(
                    "truncated body at byte " + length + " of " + name + ": " + Reasons.of(e), e);
        } catch (IOException | RuntimeException e) {
            if (e instanceof SerializationException known) {
                throw known;
            }
            int at = Math.max(0, length - Math.max(0, decoder.remainingBytes()));
            throw new SerializationException(
                    "malformed body before byte " + at + " of " + name + ": " + Reasons.of(e), e);
        }
    }

    private static BinaryDecoder decoder(byte[] bytes) {
        var decoder = DecoderFactory.get()
                .binaryDecoder(bytes, WireFormat.HEADER, bytes.length - WireFormat.HEADER, DECODER.get());
        DECODER.set(decoder);
        return decoder;
    }

    /**
     * Whether any text of a record holds what a decoder of UTF-8 puts where there is none. Costs next to nothing: Java
     * need not search text of Latin characters for others.
     */
    static boolean holdsReplacement(@Nullable Object value) {
        if (value instanceof String text) {
            return text.indexOf(REPLACEMENT) >= 0;
        }
        if (value instanceof IndexedRecord record) {
            int fields = record.getSchema().getFields().size();
            for (int i = 0; i < fields; i++) {
                if (holdsReplacement(record.get(i))) {
                    return true;
                }
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (holdsReplacement(list.get(i))) {
                    return true;
                }
            }
        }
        return false;
    }
}
