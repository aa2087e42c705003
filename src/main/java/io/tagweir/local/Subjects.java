package io.tagweir.local;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * All subjects of the registry with their versions. Thread-safe: one thread at a time reads or changes them. A change
 * is written to the topic first and applied here afterwards, with the same {@link #apply} that loads the topic at
 * start.
 */
final class Subjects {

    private final Consumer<SchemaVersion> topic;
    private final TreeMap<String, TreeMap<Integer, SchemaVersion>> subjects = new TreeMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> schemas = new HashMap<>();

    /** An id is used up even if its write fails: the broker may have stored the record all the same. */
    private int lastId;

    /** @param topic stores a version before it returns, or throws */
    Subjects(Consumer<SchemaVersion> topic) {
        this.topic = topic;
    }

    synchronized void apply(SchemaVersion version) {
        subjects.computeIfAbsent(version.subject(), s -> new TreeMap<>()).put(version.version(), version);
        ids.putIfAbsent(version.schema(), version.id());
        schemas.putIfAbsent(version.id(), version.schema());
        lastId = Math.max(lastId, version.id());
    }

    synchronized List<String> names() {
        return subjects.keySet().stream().filter(s -> !offered(s).isEmpty()).toList();
    }

    /** The versions of a subject, oldest first; never empty. */
    synchronized List<SchemaVersion> versions(String subject) {
        List<SchemaVersion> versions = offered(subject);
        if (versions.isEmpty()) {
            throw new RegistryError(404, 40401, "Subject '" + subject + "' not found.");
        }
        return versions;
    }

    /** @param version a number, or the latest as {@code latest} or {@code -1} */
    synchronized SchemaVersion version(String subject, String version) {
        boolean latest = version.equals("latest") || version.equals("-1");
        if (!latest && !version.matches("[1-9]\\d{0,8}")) {
            throw new RegistryError(
                    422,
                    42202,
                    "The specified version '" + version + "' is not a valid version id. Allowed values are between"
                            + " [1, 2^31-1] and the string \"latest\"");
        }
        List<SchemaVersion> versions = versions(subject);
        return latest
                ? versions.get(versions.size() - 1)
                : versions.stream()
                        .filter(one -> one.version() == Integer.parseInt(version))
                        .findFirst()
                        .orElseThrow(() -> new RegistryError(404, 40402, "Version " + version + " not found."));
    }

    synchronized String schema(int id) {
        String schema = schemas.get(id);
        if (schema == null) {
            throw RegistryError.noSchema();
        }
        return schema;
    }

    /** The version of a subject that has exactly this schema. */
    synchronized SchemaVersion find(String subject, Schema schema) {
        String text = schema.toString();
        return versions(subject).stream()
                .filter(one -> one.schema().equals(text))
                .findFirst()
                .orElseThrow(RegistryError::noSchema);
    }

    /** Makes the schema the latest version of a subject, unless it is one of its versions already; returns its id. */
    synchronized int register(String subject, Schema schema) {
        String text = schema.toString();
        List<SchemaVersion> versions = offered(subject);
        for (SchemaVersion one : versions) {
            if (one.schema().equals(text)) {
                return one.id();
            }
        }
        if (!versions.isEmpty()) {
            String reasons = incompatibilities(schema, versions.get(versions.size() - 1));
            if (!reasons.isEmpty()) {
                throw new RegistryError(
                        409,
                        409,
                        "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                                + "\": " + reasons);
            }
        }
        var known = subjects.get(subject);
        Integer sameSchema = ids.get(text);
        var version = new SchemaVersion(
                subject,
                known == null ? 1 : known.lastKey() + 1,
                sameSchema == null ? ++lastId : sameSchema,
                text,
                false);
        topic.accept(version);
        apply(version);
        return version.id();
    }

    /** Why readers with the new schema can't read what was written with the earlier version; empty if they can. */
    static String incompatibilities(Schema schema, SchemaVersion earlier) {
        return SchemaCompatibility.checkReaderWriterCompatibility(schema, SchemaVersion.parse(earlier.schema()))
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(one -> one.getType() + " at " + one.getLocation() + ", " + one.getMessage())
                .collect(joining("; "));
    }

    private List<SchemaVersion> offered(String subject) {
        var versions = subjects.get(subject);
        return versions == null
                ? List.of()
                : versions.values().stream().filter(one -> !one.deleted()).toList();
    }
}
