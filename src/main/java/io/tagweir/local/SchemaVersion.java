package io.tagweir.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * One version of a subject, and its record in the topic of schemas. Key and value are JSON, as Confluent's registry
 * writes them.
 *
 * @param version counted from 1 within the subject
 * @param id of the schema, the same under every subject
 * @param schema as Avro prints it. Two schemas are the same if these texts are: docs, defaults and properties count,
 *     white space doesn't.
 * @param deleted it is no longer offered, but its id stays readable. Earlier releases could delete a subject.
 */
record SchemaVersion(String subject, int version, int id, String schema, boolean deleted) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The identity of the record: a later record with the same key replaces it. */
    String key() {
        return JSON.createObjectNode()
                .put("keytype", "SCHEMA")
                .put("subject", subject)
                .put("version", version)
                .put("magic", 1)
                .toString();
    }

    String value() {
        return JSON.createObjectNode()
                .put("subject", subject)
                .put("version", version)
                .put("id", id)
                .put("schema", schema)
                .put("deleted", deleted)
                .toString();
    }

    /**
     * Reads a record. Records of other kinds are skipped, such as the compatibility levels of earlier releases.
     *
     * @throws CannotStart if the record is damaged: without it, ids would be given twice
     */
    static Optional<SchemaVersion> read(String key, String value, long offset) {
        try {
            if (!JSON.readTree(key).path("keytype").asText().equals("SCHEMA")) {
                return Optional.empty();
            }
            JsonNode json = JSON.readTree(value);
            return Optional.of(new SchemaVersion(
                    json.required("subject").asText(),
                    json.required("version").asInt(),
                    json.required("id").asInt(),
                    parse(json.required("schema").asText()).toString(),
                    json.path("deleted").asBoolean()));
        } catch (JsonProcessingException | RuntimeException damaged) {
            throw new CannotStart(
                    "the record at offset " + offset + " of " + SchemaTopic.NAME + " can't be read: "
                            + damaged.getMessage(),
                    damaged);
        }
    }

    /**
     * Parses a schema, without requiring that defaults fit their fields, as Confluent's registry does.
     *
     * @throws RegistryError 42201 if the text is not an Avro schema
     */
    static Schema parse(String text) {
        try {
            return new Schema.Parser().setValidateDefaults(false).parse(text);
        } catch (RuntimeException notAvro) {
            // For some malformed schemas Avro's parser throws a ClassCastException or a NullPointerException.
            throw RegistryError.invalidSchema(notAvro.getMessage() == null ? notAvro.toString() : notAvro.getMessage());
        }
    }
}
