package io.tagweir.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One record of the registry's topic: a version of a subject, or a compatibility level. Both are written as Confluent's
 * registry writes them, JSON in key and value.
 */
sealed interface SchemaRecord {

    ObjectMapper JSON = new ObjectMapper();

    /** Identifies what the record speaks of; a later record with this key replaces it. */
    String key();

    String value();

    /** A version of a subject, deleted or not. */
    record Version(SchemaVersion version) implements SchemaRecord {

        @Override
        public String key() {
            return JSON.createObjectNode()
                    .put("keytype", "SCHEMA")
                    .put("subject", version.subject())
                    .put("version", version.version())
                    .put("magic", 1)
                    .toString();
        }

        @Override
        public String value() {
            return JSON.createObjectNode()
                    .put("subject", version.subject())
                    .put("version", version.version())
                    .put("id", version.id())
                    .put("schema", version.schema().text())
                    .put("deleted", version.deleted())
                    .toString();
        }
    }

    /**
     * The compatibility level of a subject.
     *
     * @param subject null: of every subject that has none of its own
     */
    record Level(@Nullable String subject, Compatibility level) implements SchemaRecord {

        @Override
        public String key() {
            ObjectNode key = JSON.createObjectNode().put("keytype", "CONFIG");
            return key.put("subject", subject).put("magic", 0).toString();
        }

        @Override
        public String value() {
            return JSON.createObjectNode()
                    .put("compatibilityLevel", level.name())
                    .toString();
        }
    }

    /** Reads a record back; throws {@link CannotStart} where it is none that this registry writes. */
    static SchemaRecord of(String key, String value, long offset) {
        try {
            JsonNode k = JSON.readTree(key);
            JsonNode v = JSON.readTree(value);
            return switch (k.required("keytype").asText()) {
                case "SCHEMA" ->
                    new Version(new SchemaVersion(
                            v.required("subject").asText(),
                            v.required("version").asInt(),
                            v.required("id").asInt(),
                            AvroText.parse(v.required("schema").asText()),
                            v.path("deleted").asBoolean()));
                case "CONFIG" ->
                    new Level(
                            k.path("subject").isTextual() ? k.path("subject").asText() : null,
                            Compatibility.named(v.required("compatibilityLevel").asText()));
                default -> throw new IllegalArgumentException("its key is " + key);
            };
        } catch (JsonProcessingException | RuntimeException unreadable) {
            throw new CannotStart(
                    "the record at offset " + offset + " of " + SchemaLog.TOPIC + " is not a registry's: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }
}
