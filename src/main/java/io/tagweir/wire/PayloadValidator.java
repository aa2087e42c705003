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
 * A look through a body, value by value as its writer's schema says, which keeps nothing. It ends within a bound of
 * time and stack, and once it has found nothing wrong, so does reading the body with Avro, which takes the same way.
 *
 * <p>The text of fields that our record has must be well-formed UTF-8. Avro puts U+FFFD where it isn't, and two ids
 * would become one.
 */
final class PayloadValidator {

    /** Most levels of values inside one another; a link of a list takes two. */
    private static final int MOST_LEVELS = 500;

    /** Values that any body may have, and those it may have for each of its bytes. */
    private static final int VALUES = 100_000;

    private static final int VALUES_A_BYTE = 8;

    private final BinaryDecoder in;
    private final long most;
    private long count;
    private String field = "";

    private PayloadValidator(BinaryDecoder in, int length) {
        this.in = in;
        this.most = VALUES + (long) VALUES_A_BYTE * length;
    }

    /**
     * Looks through one body.
     *
     * @param in stands at its begin
     * @param ours the schema it will be read into
     * @throws SerializationException where it has too many values or levels, or text that is ill-formed
     * @throws IOException, RuntimeException where Avro can't read it
     */
    static void check(Schema written, Schema ours, BinaryDecoder in, int length) throws IOException {
        new PayloadValidator(in, length).value(written, ours, 0);
    }

    /** @param ours what the value is read into; null: it is passed over */
    private void value(Schema written, @Nullable Schema ours, int level) throws IOException {
        if (level > MOST_LEVELS) {
            throw new SerializationException("more than " + MOST_LEVELS + " levels of values in one another");
        }
        if (++count > most) {
            throw new SerializationException("more than " + most + " values in so few bytes");
        }
        switch (written.getType()) {
            case RECORD -> record(written, of(Type.RECORD, ours), level);
            case UNION -> {
                int index = in.readIndex();
                if (index < 0 || index >= written.getTypes().size()) {
                    throw new SerializationException("branch " + index + " of a union of "
                            + written.getTypes().size());
                }
                value(written.getTypes().get(index), ours, level + 1);
            }
            case ARRAY -> {
                var list = of(Type.ARRAY, ours);
                var element = list == null ? null : list.getElementType();
                for (long items = in.readArrayStart(); items > 0; items = in.arrayNext()) {
                    for (long i = 0; i < items; i++) {
                        value(written.getElementType(), element, level + 1);
                    }
                }
            }
            case MAP -> {
                // None of our records has a map.
                for (long items = in.readMapStart(); items > 0; items = in.mapNext()) {
                    for (long i = 0; i < items; i++) {
                        in.skipString();
                        value(written.getValueType(), null, level + 1);
                    }
                }
            }
            case STRING, BYTES -> {
                // Avro reads bytes into a string, too.
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

    private void record(Schema written, @Nullable Schema ours, int level) throws IOException {
        for (var one : written.getFields()) {
            var same = ours == null ? null : ours.getField(one.name());
            if (same != null) {
                field = one.name();
            }
            value(one.schema(), same == null ? null : same.schema(), level + 1);
        }
    }

    private void text(ByteBuffer utf8) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(utf8);
        } catch (CharacterCodingException e) {
            throw new SerializationException(field + " is not well-formed text: its bytes are not UTF-8");
        }
    }

    /** That of our schemas which values of this type are read into, if any is. */
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
