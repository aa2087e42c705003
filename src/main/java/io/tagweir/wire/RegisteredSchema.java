package io.tagweir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * The form in which a schema is registered: without the code generator's {@code avro.java.string}, so that it is the
 * same schema that others register from the files in {@code avro/}.
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
            throw new IllegalStateException("a schema's text is always JSON", e);
        }
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(GenericData.STRING_PROP);
        }
        node.forEach(RegisteredSchema::strip);
    }
}
