package io.tagweir.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** What a new version of a subject must be able to do with the earlier ones, by the names of Confluent's registry. */
enum Compatibility {
    NONE(false, false, false),
    /** Readers with the new schema read what was written with the last. */
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    /** Readers with the last schema read what is written with the new. */
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean backward;
    private final boolean forward;
    private final boolean transitive;

    Compatibility(boolean backward, boolean forward, boolean transitive) {
        this.backward = backward;
        this.forward = forward;
        this.transitive = transitive;
    }

    static Compatibility named(String name) {
        for (Compatibility level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw RegistryError.invalidLevel(name);
    }

    /**
     * What stands against a new schema.
     *
     * @param earlier versions of the subject, oldest first
     * @return each reason in words; empty: the schema is compatible
     */
    List<String> against(AvroText schema, List<AvroText> earlier) {
        var reasons = new ArrayList<String>();
        int from = transitive ? 0 : Math.max(0, earlier.size() - 1);
        for (AvroText one : earlier.subList(from, earlier.size())) {
            if (backward) {
                check(schema.schema(), one.schema(), "the new schema cannot read the old: ", reasons);
            }
            if (forward) {
                check(one.schema(), schema.schema(), "the old schema cannot read the new: ", reasons);
            }
        }
        return reasons;
    }

    private static void check(Schema reader, Schema writer, String side, List<String> reasons) {
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .forEach(found ->
                        reasons.add(side + found.getType() + " at " + found.getLocation() + ", " + found.getMessage()));
    }
}
