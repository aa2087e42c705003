package io.tagweir.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.avro.Schema;

/**
 * A schema as the registry keeps it. Two are equal where Avro prints them as equal JSON: white space and the ways of
 * writing a name don't count, docs, defaults and properties do. (Avro's canonical form drops those, and would hand a
 * reader somebody else's defaults.)
 */
final class AvroText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Schema schema;
    private final String text;
    private final JsonNode tree;

    private AvroText(Schema schema, JsonNode tree) {
        this.schema = schema;
        this.text = schema.toString();
        this.tree = tree;
    }

    /**
     * Throws {@link RegistryError} 42201 where the text is no Avro schema. A default may be one that does not fit its
     * field: Confluent's registry accepts that, unless its setting {@code avro.validate.defaults} is on.
     */
    static AvroText parse(String text) {
        try {
            Schema schema = new Schema.Parser().setValidateDefaults(false).parse(text);
            return new AvroText(schema, JSON.readTree(schema.toString()));
        } catch (RuntimeException | JsonProcessingException notAvro) {
            // Avro's parser meets some malformed schemas with a cast or a null that fails rather than its own
            // exception.
            throw RegistryError.invalidSchema(notAvro.getMessage() == null ? notAvro.toString() : notAvro.getMessage());
        }
    }

    Schema schema() {
        return schema;
    }

    String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AvroText that && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
