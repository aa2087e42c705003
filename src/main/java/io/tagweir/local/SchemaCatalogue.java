package io.tagweir.local;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every subject, version and compatibility level the registry knows. Any thread may ask or change; one at a time gets
 * in, so that concurrent registrations come out as if one had followed the other. A change is written to the log first
 * and applied here after, by the same {@link #apply} that rebuilds the catalogue from the log at a start.
 */
final class SchemaCatalogue {

    private final Consumer<SchemaRecord> log;
    private final TreeMap<String, TreeMap<Integer, SchemaVersion>> subjects = new TreeMap<>();
    private final Map<AvroText, Integer> ids = new HashMap<>();
    private final Map<Integer, AvroText> schemas = new HashMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private Compatibility level = Compatibility.BACKWARD;

    /** Numbers are used up before the write: one whose write failed may have reached the broker all the same. */
    private int lastId;

    private final Map<String, Integer> lastVersions = new HashMap<>();

    /** @param log stores a change for good before it returns, or throws */
    SchemaCatalogue(Consumer<SchemaRecord> log) {
        this.log = log;
    }

    synchronized void apply(SchemaRecord change) {
        if (change instanceof SchemaRecord.Version record) {
            SchemaVersion version = record.version();
            subjects.computeIfAbsent(version.subject(), s -> new TreeMap<>()).put(version.version(), version);
            ids.putIfAbsent(version.schema(), version.id());
            schemas.putIfAbsent(version.id(), version.schema());
            lastId = Math.max(lastId, version.id());
            lastVersions.merge(version.subject(), version.version(), Math::max);
        } else if (change instanceof SchemaRecord.Level record) {
            if (record.subject() == null) {
                level = record.level();
            } else {
                levels.put(record.subject(), record.level());
            }
        }
    }

    synchronized List<String> subjects() {
        return subjects.keySet().stream().filter(s -> !living(s).isEmpty()).toList();
    }

    /** The versions of a subject, oldest first; never empty. */
    synchronized List<SchemaVersion> versions(String subject) {
        List<SchemaVersion> living = living(subject);
        if (living.isEmpty()) {
            throw RegistryError.noSubject(subject);
        }
        return living;
    }

    /** @param version a number, {@code latest} or {@code -1}, which means the same */
    synchronized SchemaVersion version(String subject, String version) {
        int wanted = number(version);
        List<SchemaVersion> versions = versions(subject);
        if (wanted == -1) {
            return versions.get(versions.size() - 1);
        }
        return versions.stream()
                .filter(one -> one.version() == wanted)
                .findFirst()
                .orElseThrow(() -> RegistryError.noVersion(version));
    }

    synchronized AvroText schema(int id) {
        AvroText schema = schemas.get(id);
        if (schema == null) {
            throw RegistryError.noSchema();
        }
        return schema;
    }

    /** The version of a subject that has just this schema. */
    synchronized SchemaVersion find(String subject, AvroText schema) {
        return versions(subject).stream()
                .filter(one -> one.schema().equals(schema))
                .findFirst()
                .orElseThrow(RegistryError::noSchema);
    }

    /** Makes the schema the latest version of a subject, unless it is one of its versions already; returns its id. */
    synchronized int register(String subject, AvroText schema) {
        List<SchemaVersion> living = living(subject);
        for (SchemaVersion one : living) {
            if (one.schema().equals(schema)) {
                return one.id();
            }
        }
        List<String> reasons = levelFor(subject)
                .against(schema, living.stream().map(SchemaVersion::schema).toList());
        if (!reasons.isEmpty()) {
            throw RegistryError.incompatible(subject, String.join("; ", reasons));
        }
        int version = lastVersions.merge(subject, 1, Integer::sum);
        Integer known = ids.get(schema);
        int id = known != null ? known : ++lastId;
        change(new SchemaRecord.Version(new SchemaVersion(subject, version, id, schema, false)));
        return id;
    }

    /** Deletes all versions of a subject and returns their numbers. Their ids stay readable. */
    synchronized List<Integer> delete(String subject) {
        List<SchemaVersion> versions = versions(subject);
        versions.forEach(one -> change(new SchemaRecord.Version(one.asDeleted())));
        return versions.stream().map(SchemaVersion::version).toList();
    }

    /** What stands against a schema as the follower of a version; empty: nothing. */
    synchronized List<String> against(String subject, String version, AvroText schema) {
        return levelFor(subject)
                .against(schema, List.of(version(subject, version).schema()));
    }

    synchronized Compatibility level() {
        return level;
    }

    /** The level set for this very subject. */
    synchronized Compatibility ownLevel(String subject) {
        Compatibility own = levels.get(subject);
        if (own == null) {
            throw RegistryError.noLevel(subject);
        }
        return own;
    }

    /** The level that holds for a subject: its own, or else the one for all. */
    synchronized Compatibility levelFor(String subject) {
        return levels.getOrDefault(subject, level);
    }

    /** @param subject null: for every subject without a level of its own */
    synchronized void level(@Nullable String subject, Compatibility level) {
        change(new SchemaRecord.Level(subject, level));
    }

    private void change(SchemaRecord change) {
        log.accept(change);
        apply(change);
    }

    private List<SchemaVersion> living(String subject) {
        var versions = subjects.get(subject);
        return versions == null
                ? List.of()
                : versions.values().stream().filter(one -> !one.deleted()).toList();
    }

    private static int number(String version) {
        if (version.equals("latest")) {
            return -1;
        }
        try {
            int number = Integer.parseInt(version);
            if (number >= 1 || number == -1) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw RegistryError.invalidVersion(version);
        }
        throw RegistryError.invalidVersion(version);
    }
}
