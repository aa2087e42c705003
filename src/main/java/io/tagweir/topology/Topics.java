package io.tagweir.topology;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The topics of the contract: their names, who uses them, and how they are to be created. */
public record Topics(
        String queries,
        String headTags,
        String headSnapshots,
        String misses,
        String taggedQueries,
        String deadLetters,
        String headTallies,
        String catalogEvents,
        String headRequests,
        String headVocabulary,
        String students,
        String studentReports) {

    private static final String QUERIES = "topic.queries";
    private static final String HEAD_TAGS = "topic.head.tags";
    private static final String HEAD_SNAPSHOTS = "topic.head.snapshots";
    private static final String MISSES = "topic.misses";
    private static final String TAGGED_QUERIES = "topic.tagged.queries";
    private static final String DEAD_LETTERS = "topic.dead.letters";
    private static final String HEAD_TALLIES = "topic.head.tallies";
    private static final String CATALOG_EVENTS = "topic.catalog.events";
    private static final String HEAD_REQUESTS = "topic.head.requests";
    private static final String HEAD_VOCABULARY = "topic.head.vocabulary";
    private static final String STUDENTS = "topic.students";
    private static final String STUDENT_REPORTS = "topic.student.reports";

    /** A report is said again long before it is a day old; a reader of the whole topic has little to pass over. */
    private static final Map<String, String> REPORTS_CONFIG =
            Map.of("cleanup.policy", "compact,delete", "retention.ms", "86400000", "segment.ms", "600000");

    public static ConfigDef define(ConfigDef settings) {
        name(settings, QUERIES, "queries", "Topic of the queries to be tagged.");
        name(settings, HEAD_TAGS, "head-tags", "Compacted topic of the teacher's tags, as many partitions as queries.");
        name(settings, HEAD_SNAPSHOTS, "head-snapshots", "Compacted topic of the snapshots' control records.");
        name(settings, MISSES, "misses", "Topic between the roles head and tail.");
        name(settings, TAGGED_QUERIES, "tagged-queries", "Topic of the answers.");
        name(settings, DEAD_LETTERS, "tagweir-dead-letters", "Topic of the records that could not be taken.");
        name(
                settings,
                HEAD_TALLIES,
                "head-tallies",
                "Compacted topic of what each partition has stored of a snapshot.");
        name(settings, CATALOG_EVENTS, "catalog-events", "Compacted topic of the entities that have changed.");
        name(settings, HEAD_REQUESTS, "head-requests", "Compacted topic of the queries the teacher is asked to tag.");
        name(settings, HEAD_VOCABULARY, "head-vocabulary", "Compacted topic of the snapshots' vocabularies.");
        name(settings, STUDENTS, "students", "Compacted topic of the students' control records.");
        name(
                settings,
                STUDENT_REPORTS,
                "student-reports",
                "Compacted topic of the students that each instance has loaded.");
        return settings;
    }

    private static void name(ConfigDef settings, String key, String name, String doc) {
        settings.define(key, Type.STRING, name, new NonEmptyString(), Importance.LOW, doc);
    }

    public static Topics of(AbstractConfig settings) {
        return new Topics(
                settings.getString(QUERIES),
                settings.getString(HEAD_TAGS),
                settings.getString(HEAD_SNAPSHOTS),
                settings.getString(MISSES),
                settings.getString(TAGGED_QUERIES),
                settings.getString(DEAD_LETTERS),
                settings.getString(HEAD_TALLIES),
                settings.getString(CATALOG_EVENTS),
                settings.getString(HEAD_REQUESTS),
                settings.getString(HEAD_VOCABULARY),
                settings.getString(STUDENTS),
                settings.getString(STUDENT_REPORTS));
    }

    /** The names of the contract. */
    public static Topics defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }

    /** The topics a process of this role reads or writes. */
    public Map<String, TopicPlan> plan(Role role, int partitions) {
        var plan = new TreeMap<String, TopicPlan>();
        if (role.runsHead()) {
            plan.put(queries, TopicPlan.stream(partitions));
            plan.put(headTags, TopicPlan.table(partitions));
            plan.put(headSnapshots, TopicPlan.table(1));
            plan.put(headTallies, TopicPlan.table(1));
            plan.put(catalogEvents, TopicPlan.table(1));
            plan.put(headRequests, TopicPlan.table(1));
        }
        if (role.runsTail()) {
            plan.put(students, TopicPlan.table(1));
            plan.put(studentReports, new TopicPlan(1, REPORTS_CONFIG));
        }
        if (role != Role.ALL) {
            plan.put(misses, TopicPlan.stream(partitions));
        }
        plan.put(headVocabulary, TopicPlan.table(1));
        plan.put(taggedQueries, TopicPlan.stream(partitions));
        plan.put(deadLetters, TopicPlan.stream(partitions));
        return plan;
    }
}
