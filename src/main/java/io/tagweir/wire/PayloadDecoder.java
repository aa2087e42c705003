package io.tagweir.wire;

import io.tagweir.reason.Reason;
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
 * Decodes the payloads written with one schema of the registry. Thread-safe; each thread has its own Avro decoder.
 *
 * <p>For any bytes, decoding takes bounded time, stack and heap, and returns a record or throws a
 * {@link SerializationException}. Avro checks each length against the remaining bytes before it allocates (a test pins
 * that); {@link SchemaComplexity} and {@link PayloadValidator} bound the rest.
 */
final class PayloadDecoder {

    private static final ThreadLocal<@Nullable BinaryDecoder> DECODER = new ThreadLocal<>();

    /** What a UTF-8 decoder puts in place of invalid bytes. */
    private static final char REPLACEMENT = '\uFFFD';

    private final String name;
    private final Schema written;
    private final Schema ours;
    private final DatumReader<SpecificRecord> reader;
    private final boolean simple;

    /**
     * @param expected the full name of the record; null for any that has a generated class
     * @throws SerializationException if no payload of this schema can be decoded
     */
    PayloadDecoder(int id, Schema written, @Nullable String expected) {
        this.name = written.getFullName() + " (schema id " + id + ")";
        this.written = written;
        this.ours = AvroRecords.schema(written, expected);
        this.simple = SchemaComplexity.isSimple(written);
        if (!simple) {
            SchemaComplexity.requireBounded(written);
        }
        this.reader = AvroRecords.reader(written, ours);
    }

    /** @param bytes the header of {@link WireFormat} and the payload */
    SpecificRecord read(byte[] bytes) {
        int length = bytes.length - WireFormat.HEADER;
        var decoder = decoder(bytes);
        try {
            if (!simple) {
                PayloadValidator.check(written, ours, decoder, length);
                decoder = decoder(bytes);
            }
            var record = reader.read(null, decoder);
            int left = decoder.remainingBytes();
            if (left > 0) {
                throw new SerializationException(left + " trailing bytes after the payload of " + name);
            }
            if (simple && hasReplacement(record)) {
                decoder = decoder(bytes);
                PayloadValidator.check(written, ours, decoder, length);
            }
            return record;
        } catch (EOFException e) {
            throw new SerializationException(
                    "the payload of " + name + " is truncated after " + length + " bytes", e);
        } catch (IOException | RuntimeException e) {
            if (e instanceof SerializationException known) {
                throw known;
            }
            int at = Math.max(0, length - Math.max(0, decoder.remainingBytes()));
            throw new SerializationException(
                    "the payload of " + name + " is malformed before byte " + at + ": " + Reason.of(e), e);
        }
    }

    private static BinaryDecoder decoder(byte[] bytes) {
        var decoder = DecoderFactory.get()
                .binaryDecoder(bytes, WireFormat.HEADER, bytes.length - WireFormat.HEADER, DECODER.get());
        DECODER.set(decoder);
        return decoder;
    }

    /**
     * Whether any string of a record has a replacement character. Nearly free: Java need not search a string of Latin
     * characters for others.
     */
    static boolean hasReplacement(@Nullable Object value) {
        if (value instanceof String text) {
            return text.indexOf(REPLACEMENT) >= 0;
        }
        if (value instanceof IndexedRecord record) {
            int fields = record.getSchema().getFields().size();
            for (int i = 0; i < fields; i++) {
                if (hasReplacement(record.get(i))) {
                    return true;
                }
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (hasReplacement(list.get(i))) {
                    return true;
                }
            }
        }
        return false;
    }
}
