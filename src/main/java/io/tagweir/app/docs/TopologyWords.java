package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.EventTime;
import java.util.Map;

/**
 * What {@code topology.md} says about stores, processors and headers. A store or processor without words fails the
 * build.
 */
final class TopologyWords {

    private static final String EMPTY = "Nothing. Kafka Streams requires the store; the state is in ";

    private static final Map<String, String> STORES = Map.of(
            "catalog-changes", "The latest eight changes of each catalog entity.",
            "commit-watch", "Nothing. It counts the commits of its task.",
            "head-commits", "Nothing. It counts the commits of its task.",
            "head-tags", "Validated rows of head tags, behind a heap cache of the popular ones.",
            "held-queries", "Queries that wait until their partition holds the active snapshot.",
            "ledger", "Misses that were accepted and whose answer is not yet safely in Kafka.",
            "tail-cache", "Answers of the student that were used more than once.",
            "snapshots", EMPTY + "`SnapshotCatalog`.",
            "students", EMPTY + "`StudentCatalog`.",
            "vocabularies", EMPTY + "`Vocabularies`.");

    private static final Map<String, String> PROCESSORS = Map.ofEntries(
            Map.entry(
                    "look-up-head",
                    "Answers queries from the head table; holds them while the partition is not primed."),
            Map.entry("look-up-rerouted", "Does the same for rerouted queries."),
            Map.entry("reroute", "Takes the queries whose key belongs to another partition."),
            Map.entry("queries-by-key-repartition-filter", "Added by Kafka Streams: would drop records without a key."),
            Map.entry("restore-record-key", "Gives a rerouted query the record key it had in `queries`."),
            Map.entry("miss", "Takes the misses, and the hits that are sampled to compare the student with."),
            Map.entry("miss-rerouted", "Does the same for rerouted queries."),
            Map.entry("all-misses", "Merges the misses of direct and rerouted queries."),
            Map.entry("key-miss", "Keys a miss by its canonical key text."),
            Map.entry("tag-tail", "Answers misses: cache, admission, ledger, student, fallback."),
            Map.entry("teacher-request", "Takes the queries whose tags were missing, stale or invalidated."),
            Map.entry("teacher-request-rerouted", "Does the same for rerouted queries."),
            Map.entry("all-teacher-requests", "Merges both."),
            Map.entry("ask-teacher", "Counts what the head lacked, and asks for the most frequent queries."),
            Map.entry("store-head-tags", "Validates rows, stores them, and keeps a tally of each snapshot."),
            Map.entry("read-snapshots", "Keeps the history of all snapshots, which says which one answers a query."),
            Map.entry("read-students", "Keeps the history of all students, and has them loaded."),
            Map.entry("read-catalog-events", "Stores when each catalog entity changed."),
            Map.entry("read-head-vocabulary", "Keeps the vocabularies that the fallback tags by."));

    private TopologyWords() {}

    static String ofStore(String store) {
        return known(STORES, "store", store);
    }

    static String ofProcessor(String processor) {
        return known(PROCESSORS, "processor", processor);
    }

    private static String known(Map<String, String> words, String kind, String name) {
        var text = words.get(name);
        if (text == null) {
            throw new IllegalStateException("TopologyWords has no words for the " + kind + " " + name);
        }
        return text;
    }

    static MarkdownTable headers() {
        return new MarkdownTable("Header", "On", "What it says")
                .row(
                        code(EventTime.HEADER),
                        "answers",
                        "The query's record had no usable timestamp; its event time is the time of reading.")
                .row(code(DeadLetterHandler.REASON_HEADER), "dead letters", "Why the record could not be processed.")
                .row(
                        code(DeadLetterHandler.TIMESTAMP_HEADER),
                        "dead letters",
                        "The record's timestamp, in milliseconds since the epoch.")
                .row(
                        code(DeadLetterHandler.CUT_HEADER),
                        "dead letters",
                        "What was cut off because it did not fit. Absent if nothing was.")
                .row(
                        code("__streams.errors.*"),
                        "dead letters",
                        "Kafka's own headers: topic, partition, offset, exception and message.")
                .row(
                        code(HeadTagsTopic.RETIRED_HEADER),
                        "tombstones in head-tags",
                        "The row is removed because its snapshot was retired.");
    }
}
