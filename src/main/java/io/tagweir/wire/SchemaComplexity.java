package io.tagweir.wire;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.kafka.common.errors.SerializationException;

/**
 * How much work a writer's schema can make of a short body.
 *
 * <p>Avro passes over what our records lack by a recursion without a bound, and asks of each array how few bytes its
 * elements may have by another. Bodies of a plain schema give neither much to do. Others are looked through first
 * ({@link PayloadValidator}), and what is hard before there is a body is refused.
 */
final class SchemaComplexity {

    /** Values of a plain schema, each type written out wherever it is used. Ours have fewer than fifty. */
    private static final int PLAIN = 100;

    /** Most values of one record, not counting what lies in arrays, maps and unions. */
    private static final int MOST_VALUES = 10_000;

    /** Most records inside one another, not counting those in arrays, maps and unions. */
    private static final int MOST_LEVELS = 200;

    private static final int UNDER_WAY = -1;

    private final Map<Schema, Integer> values = new IdentityHashMap<>();
    private int left = PLAIN;

    private SchemaComplexity() {}

    /** Whether bodies can be read without a look first: the schema is small, not recursive, and elements have bytes. */
    static boolean isPlain(Schema schema) {
        return new SchemaComplexity().fits(schema);
    }

    /**
     * Makes sure that a schema that is not plain can be dealt with at all.
     *
     * @throws SerializationException where it can't
     */
    static void mustBeBounded(Schema schema) {
        var shape = new SchemaComplexity();
        Set<Schema> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var open = new ArrayDeque<>(List.of(schema));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (seen.add(next)) {
                shape.values(next, 0);
                open.addAll(parts(next));
            }
        }
    }

    private int values(Schema schema, int level) {
        if (schema.getType() != Schema.Type.RECORD) {
            return 1;
        }
        var known = values.get(schema);
        if (known == null) {
            if (level > MOST_LEVELS) {
                throw new SerializationException("its schema nests more than " + MOST_LEVELS + " records");
            }
            values.put(schema, UNDER_WAY);
            known = 1;
            for (var field : schema.getFields()) {
                known += values(field.schema(), level + 1);
                if (known > MOST_VALUES) {
                    throw new SerializationException(
                            "its schema has more than " + MOST_VALUES + " values in each " + schema.getName());
                }
            }
            values.put(schema, known);
        } else if (known == UNDER_WAY) {
            throw new SerializationException("its schema has no end: each " + schema.getName() + " contains another");
        }
        return known;
    }

    private static List<Schema> parts(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
            case UNION -> schema.getTypes();
            case ARRAY -> List.of(schema.getElementType());
            case MAP -> List.of(schema.getValueType());
            default -> List.of();
        };
    }

    private boolean fits(Schema schema) {
        if (--left < 0) {
            return false;
        }
        return parts(schema).stream().allMatch(this::fits)
                // Asked last: of a schema that is recursive or large the answer would take its time.
                && (schema.getType() != Schema.Type.ARRAY
                        || !GenericDatumReader.isZeroByteSchema(schema.getElementType()));
    }
}
