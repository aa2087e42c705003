package io.tagweir.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.BinaryDecoder;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Validates an Avro payload before it is decoded: walks over its values by the writer's schema without keeping them,
 * within a bound of time and stack. If it finds nothing wrong, Avro, which takes the same walk, stays in these bounds.
 *
 * <p>The strings of fields that our record has must be valid UTF-8. Avro would replace invalid bytes by U+FFFD, and two
 * ids could become one.
 */
final class PayloadValidator {

    /** Deepest nesting of values; an element of a linked list takes two levels. */
    private static final int MAX_DEPTH = 500;

    /** Most values of a payload: so many, and in addition so many per byte. */
    private static final int MAX_VALUES = 100_000;

    private static final int MAX_VALUES_PER_BYTE = 8;

    private final BinaryDecoder in;
    private final long maxValues;
    private long count;
    private String field = "";

    private PayloadValidator(BinaryDecoder in, int length) {
        this.in = in;
        this.maxValues = MAX_VALUES + (long) MAX_VALUES_PER_BYTE * length;
    }

    /**
     * Validates one payload.
     *
     * @param in at the start of the payload
     * @param ours the reader's schema
     * @throws SerializationException if it has too many values or levels, or a string that is not UTF-8
     * @throws IOException, RuntimeException if Avro can't read it
     */
    static void check(Schema written, Schema ours, BinaryDecoder in, int length) throws IOException {
        new PayloadValidator(in, length).value(written, ours, 0);
    }

    /** @param ours the reader's schema; null if the value is skipped */
    private void value(Schema written, @Nullable Schema ours, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new SerializationException("values are nested deeper than " + MAX_DEPTH + " levels");
        }
        if (++count > maxValues) {
            throw new SerializationException("more than " + maxValues + " values in so few bytes");
        }
        switch (written.getType()) {
            case RECORD -> record(written, of(Type.RECORD, ours), depth);
            case UNION -> {
                int index = in.readIndex();
                if (index < 0 || index >= written.getTypes().size()) {
                    throw new SerializationException("union branch " + index + " does not exist; there are "
                            + written.getTypes().size());
                }
                value(written.getTypes().get(index), ours, depth + 1);
            }
            case ARRAY -> {
                var list = of(Type.ARRAY, ours);
                var element = list == null ? null : list.getElementType();
                for (long items = in.readArrayStart(); items > 0; items = in.arrayNext()) {
                    for (long i = 0; i < items; i++) {
                        value(written.getElementType(), element, depth + 1);
                    }
                }
            }
            case MAP -> {
                // None of our records has a map.
                for (long items = in.readMapStart(); items > 0; items = in.mapNext()) {
                    for (long i = 0; i < items; i++) {
                        in.skipString();
                        value(written.getValueType(), null, depth + 1);
                    }
                }
            }
            case STRING, BYTES -> {
                // Avro also reads bytes into a string.
                if (of(Type.STRING, ours) == null) {
                    in.skipBytes();
                } else {
                    text(in.readBytes(null));
                }
            }
            case FIXED -> in.skipFixed(written.getFixedSize());
            case ENUM -> in.readEnum();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case BOOLEAN -> in.readBoolean();
            case NULL -> in.readNull();
        }
    }

    private void record(Schema written, @Nullable Schema ours, int depth) throws IOException {
        for (var theirs : written.getFields()) {
            var same = ours == null ? null : ours.getField(theirs.name());
            if (same != null) {
                field = theirs.name();
            }
            value(theirs.schema(), same == null ? null : same.schema(), depth + 1);
        }
    }

    private void text(ByteBuffer utf8) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(utf8);
        } catch (CharacterCodingException e) {
            throw new SerializationException(field + " is not valid UTF-8");
        }
    }

    /** Our schema that values of this type are read into: {@code ours}, a branch of it, or null. */
    private static @Nullable Schema of(Type type, @Nullable Schema ours) {
        if (ours == null || ours.getType() == type) {
            return ours;
        }
        return ours.getType() == Type.UNION
                ? ours.getTypes().stream()
                        .filter(branch -> branch.getType() == type)
                        .findFirst()
                        .orElse(null)
                : null;
    }
}
