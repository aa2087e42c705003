package io.tagweir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * A schema as any language reads it: without the hints that the code generator leaves for Java. So the schema that this
 * application registers is the very one that others register from the files in {@code avro/}.
 */
final class RegisteredSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    private RegisteredSchema() {}

    static Schema of(Schema schema) {
        try {
            var tree = JSON.readTree(schema.toString());
            strip(tree);
            return new Schema.Parser().parse(tree.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema's own text is not JSON", e);
        }
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(GenericData.STRING_PROP);
        }
        node.forEach(RegisteredSchema::strip);
    }
}
