package io.tagweir.topology;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Miss;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.Vocabulary;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A topic that Tagweir shares with others or with itself, declared once: name, key, value, partitions, clean-up, who
 * writes it, who reads it, and what it is for. Start checks, creation, serdes, the setting {@code topic.names} and the
 * reference page come from here. Immutable.
 *
 * @param <K> class of the key
 * @param <V> class of the value
 */
public final class Topic<K, V> {

    private static final Role HEAD = Role.HEAD;
    private static final Role TAIL = Role.TAIL;
    private static final String ORDER = "or control records lose their order";

    public static final Topic<byte[], QueryEvent> QUERIES = new Topic<>(
            "queries",
            new Format<>(byte[].class, "any or none; the answer has the same", QueryEvent.class),
            Layout.stream(),
            Users.none().writers("producers", "`query`").reader(HEAD).readers("`snapshot check`"),
            "Queries to be tagged. A record's timestamp is its event time.");

    public static final Topic<HeadKey, HeadTags> HEAD_TAGS = new Topic<>(
            "head-tags",
            new Format<>(HeadKey.class, "`HeadKey`", HeadTags.class),
            Layout.table(),
            Users.none().writers("`snapshot publish`, `retire`").reader(HEAD).readers("`snapshot` commands"),
            "The teacher's tags: one row for each query of each snapshot.");

    public static final Topic<String, Snapshot> HEAD_SNAPSHOTS = new Topic<>(
            "head-snapshots",
            new Format<>(String.class, "snapshot id", Snapshot.class),
            Layout.single().because(ORDER),
            Users.none().writers("`snapshot` commands").reader(HEAD).readers("`snapshot` commands"),
            "Control records of the snapshots: state, manifest and activations.");

    public static final Topic<String, Miss> MISSES = new Topic<>(
            "misses",
            new Format<>(String.class, "canonical key text", Miss.class),
            Layout.stream(),
            Users.none().writer(HEAD).reader(TAIL),
            "Queries that the head could not answer. Only used if head and tail are separate applications.");

    public static final Topic<byte[], TaggedQuery> TAGGED_QUERIES = new Topic<>(
            "tagged-queries",
            new Format<>(byte[].class, "that of the query", TaggedQuery.class),
            Layout.stream(),
            Users.none().writer(HEAD).writer(TAIL).readers("consumers", "`query`"),
            "Answers, one for each query that did not become a dead letter.");

    public static final Topic<byte[], byte[]> DEAD_LETTERS = new Topic<>(
            "tagweir-dead-letters",
            new Format<>(byte[].class, "that of the record", byte[].class),
            Layout.stream(),
            Users.none().writer(HEAD).writer(TAIL).readers("operators", "`query`"),
            "Records that could not be processed, with the reason in their headers.");

    public static final Topic<String, HeadTally> HEAD_TALLIES = new Topic<>(
            "head-tallies",
            new Format<>(String.class, "application/snapshot/partition", HeadTally.class),
            Layout.single(),
            Users.none().writer(HEAD).readers("`snapshot` commands"),
            "What each partition has stored of each snapshot.");

    public static final Topic<String, CatalogEvent> CATALOG_EVENTS = new Topic<>(
            "catalog-events",
            new Format<>(String.class, "entity", CatalogEvent.class),
            Layout.single(),
            Users.none().writers("the catalog").reader(HEAD),
            "Catalog entities that have changed. Older head tags that depend on them are invalid.");

    public static final Topic<String, HeadRequest> HEAD_REQUESTS = new Topic<>(
            "head-requests",
            new Format<>(String.class, "canonical key text", HeadRequest.class),
            Layout.single(),
            Users.none().writer(HEAD).readers("the teacher", "`snapshot requests`"),
            "Queries that the teacher is asked to tag.");

    public static final Topic<String, Vocabulary> HEAD_VOCABULARY = new Topic<>(
            "head-vocabulary",
            new Format<>(String.class, "snapshot id", Vocabulary.class),
            Layout.single().because("or it is not known which vocabulary is the newest"),
            Users.none().writers("`snapshot` commands").reader(TAIL).needed(HEAD),
            "Terms of each snapshot, by which the fallback tags.");

    public static final Topic<String, StudentRelease> STUDENTS = new Topic<>(
            "students",
            new Format<>(String.class, "student id", StudentRelease.class),
            Layout.single().because(ORDER),
            Users.none().writers("`student` commands").reader(TAIL).readers("`student` commands"),
            "Control records of the students: state, directory and activations.");

    public static final Topic<String, StudentReport> STUDENT_REPORTS = new Topic<>(
            "student-reports",
            new Format<>(String.class, "application/instance/student", StudentReport.class),
            Layout.reports(),
            Users.none().writer(TAIL).readers("`student` commands"),
            "The students that each instance has loaded.");

    /** All topics, in the order of the reference page. */
    public static final List<Topic<?, ?>> ALL = List.of(
            QUERIES,
            TAGGED_QUERIES,
            DEAD_LETTERS,
            MISSES,
            HEAD_TAGS,
            HEAD_SNAPSHOTS,
            HEAD_TALLIES,
            HEAD_VOCABULARY,
            HEAD_REQUESTS,
            CATALOG_EVENTS,
            STUDENTS,
            STUDENT_REPORTS);

    /**
     * What the records are made of.
     *
     * @param keyText the key in words
     */
    record Format<K, V>(Class<K> key, String keyText, Class<V> value) {}

    /**
     * How the topic is created.
     *
     * @param isSingle whether it has one partition, rather than as many as {@code head-tags}
     * @param reason why more than one partition is refused; empty where more do no harm
     * @param config the topic's own configuration; what it does not name is the broker's default
     */
    record Layout(boolean isSingle, String reason, Map<String, String> config) {

        private static final String CLEAN_UP = "cleanup.policy";

        /** Records in order of arrival, kept as long as the broker keeps them. */
        static Layout stream() {
            return new Layout(false, "", Map.of());
        }

        /** The newest record of each key. */
        static Layout table() {
            return new Layout(false, "", Map.of(CLEAN_UP, "compact"));
        }

        /** The newest record of each key, in one partition. */
        static Layout single() {
            return new Layout(true, "", Map.of(CLEAN_UP, "compact"));
        }

        /** The same for a day. An instance repeats its report far more often, so a reader skips little. */
        static Layout reports() {
            return new Layout(
                    true, "", Map.of(CLEAN_UP, "compact,delete", "retention.ms", "86400000", "segment.ms", "600000"));
        }

        Layout because(String why) {
            return new Layout(isSingle, why, config);
        }
    }

    /**
     * Who writes and reads the topic.
     *
     * @param needs roles that can't start without it
     */
    record Users(
            Set<Role> writingRoles,
            List<String> writers,
            Set<Role> readingRoles,
            List<String> readers,
            Set<Role> needs) {

        static Users none() {
            return new Users(Set.of(), List.of(), Set.of(), List.of(), Set.of());
        }

        Users writer(Role role) {
            return new Users(with(writingRoles, role), writers, readingRoles, readers, with(needs, role));
        }

        Users writers(String... others) {
            return new Users(writingRoles, List.of(others), readingRoles, readers, needs);
        }

        Users reader(Role role) {
            return new Users(writingRoles, writers, with(readingRoles, role), readers, with(needs, role));
        }

        Users readers(String... others) {
            return new Users(writingRoles, writers, readingRoles, List.of(others), needs);
        }

        Users needed(Role role) {
            return new Users(writingRoles, writers, readingRoles, readers, with(needs, role));
        }

        private static Set<Role> with(Set<Role> roles, Role role) {
            var all = EnumSet.of(role);
            all.addAll(roles);
            return all;
        }
    }

    private final String name;
    private final Format<K, V> format;
    private final Layout layout;
    private final Users users;
    private final String purpose;

    private Topic(String name, Format<K, V> format, Layout layout, Users users, String purpose) {
        this.name = name;
        this.format = format;
        this.layout = layout;
        this.users = users;
        this.purpose = purpose;
    }

    /** The name of the contract, which a site may change with {@code topic.names} and {@code topic.prefix}. */
    public String contractName() {
        return name;
    }

    public Class<K> keyClass() {
        return format.key;
    }

    /** The key in words. */
    public String keyText() {
        return format.keyText;
    }

    public Class<V> valueClass() {
        return format.value;
    }

    public String purpose() {
        return purpose;
    }

    /** Whether it has one partition. Any other has as many as {@code head-tags}. */
    public boolean isSingle() {
        return layout.isSingle;
    }

    /** Why more than one partition is refused; empty where more do no harm. */
    public String reasonForOnePartition() {
        return layout.reason;
    }

    /** Kafka's configuration of the topic; what it does not name is the broker's default. */
    public Map<String, String> config() {
        return layout.config;
    }

    /** Roles whose processes write it. */
    public Set<Role> writingRoles() {
        return Collections.unmodifiableSet(users.writingRoles);
    }

    /** Commands, and others outside, that write it. */
    public List<String> otherWriters() {
        return users.writers;
    }

    public Set<Role> readingRoles() {
        return Collections.unmodifiableSet(users.readingRoles);
    }

    public List<String> otherReaders() {
        return users.readers;
    }

    /** Whether a process of this role can't start without the topic. */
    public boolean isNeededBy(Role role) {
        return role == Role.ALL ? this != MISSES : users.needs.contains(role);
    }

    @Override
    public String toString() {
        return name;
    }
}
