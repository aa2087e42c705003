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
 * How much work a writer's schema can cause for a short payload.
 *
 * <p>Avro skips fields that our records lack by a recursion without a bound, and computes by another the minimum size of
 * array elements. With a simple schema neither is a problem. Payloads of other schemas are validated first
 * ({@link PayloadValidator}), and schemas that are a problem even without a payload are refused.
 */
final class SchemaComplexity {

    /** Most values of a simple schema, with each type expanded wherever it is used. Ours have fewer than fifty. */
    private static final int MAX_SIMPLE_VALUES = 100;

    /** Most values of one record, not counting those in arrays, maps and unions. */
    private static final int MAX_VALUES = 10_000;

    /** Deepest nesting of records, not counting those in arrays, maps and unions. */
    private static final int MAX_DEPTH = 200;

    private static final int IN_PROGRESS = -1;

    private final Map<Schema, Integer> values = new IdentityHashMap<>();
    private int left = MAX_SIMPLE_VALUES;

    private SchemaComplexity() {}

    /** Whether payloads need no validation: the schema is small, not recursive, and array elements have at least a byte. */
    static boolean isSimple(Schema schema) {
        return new SchemaComplexity().fits(schema);
    }

    /**
     * Refuses a schema that Avro could not handle within bounds.
     *
     * @throws SerializationException if it is too large, too deep or endless
     */
    static void requireBounded(Schema schema) {
        var complexity = new SchemaComplexity();
        Set<Schema> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var open = new ArrayDeque<>(List.of(schema));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (seen.add(next)) {
                complexity.values(next, 0);
                open.addAll(parts(next));
            }
        }
    }

    private int values(Schema schema, int depth) {
        if (schema.getType() != Schema.Type.RECORD) {
            return 1;
        }
        var known = values.get(schema);
        if (known == null) {
            if (depth > MAX_DEPTH) {
                throw new SerializationException("its schema nests records deeper than " + MAX_DEPTH + " levels");
            }
            values.put(schema, IN_PROGRESS);
            known = 1;
            for (var field : schema.getFields()) {
                known += values(field.schema(), depth + 1);
                if (known > MAX_VALUES) {
                    throw new SerializationException(
                            "its schema has more than " + MAX_VALUES + " values in each " + schema.getName());
                }
            }
            values.put(schema, known);
        } else if (known == IN_PROGRESS) {
            throw new SerializationException("its schema is endless: each " + schema.getName() + " contains another");
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
                // Last, since it is slow for a large or recursive schema.
                && (schema.getType() != Schema.Type.ARRAY
                        || !GenericDatumReader.isZeroByteSchema(schema.getElementType()));
    }
}
