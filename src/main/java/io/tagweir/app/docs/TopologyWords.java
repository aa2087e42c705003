package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.topology.DeadLetters;
import io.tagweir.topology.EventTime;
import java.util.Map;

/** What {@code topology.md} says about stores, nodes and headers. A store or node without words fails the build. */
final class TopologyWords {

    private static final String EMPTY = "Nothing. Kafka Streams requires a store; the processor keeps what it reads as ";

    private static final Map<String, String> STORES = Map.of(
            "catalog-changes", "The latest eight changes of each catalog entity.",
            "commit-watch", "Nothing. It counts the commits of its task.",
            "head-commits", "Nothing. It counts the commits of its task.",
            "head-tags", "Validated rows of head tags, behind a heap cache of the popular ones.",
            "held-queries", "Queries that wait until their partition holds the active snapshot.",
            "ledger", "Misses that were accepted and whose answer is not yet safely in Kafka.",
            "tail-cache", "Answers of the student that were used more than once.",
            "snapshots", EMPTY + "state and activations of every snapshot.",
            "students", EMPTY + "state, directory and activations of every student.",
            "vocabularies", EMPTY + "the rule taggers of the process.");

    private static final Map<String, String> NODES = Map.ofEntries(
            Map.entry("read-queries", "Reads `queries`."),
            Map.entry("look-up-head", "Answers queries from the head table; holds them while its partition is not primed."),
            Map.entry("elsewhere", "Takes the queries whose key belongs to another partition."),
            Map.entry("queries-by-key-repartition-filter", "Made by Kafka Streams: drops records without a key. There are none."),
            Map.entry("queries-by-key-repartition-sink", "Writes a query to the partition of its key."),
            Map.entry("queries-by-key-repartition-source", "Reads the queries of its partition from the repartition topic."),
            Map.entry("restore-record-key", "Gives a query the key it had when it was read from `queries`."),
            Map.entry("look-up-rerouted", "Does what look-up-head does, for rerouted queries."),
            Map.entry("write-hit", "Writes answers of the head to `tagged-queries`."),
            Map.entry("write-hit-rerouted", "Writes answers to rerouted queries to `tagged-queries`."),
            Map.entry("miss", "Takes the misses, and the sampled hits for the comparison with the student."),
            Map.entry("miss-rerouted", "Does the same for rerouted queries."),
            Map.entry("all-misses", "Merges the two."),
            Map.entry("wanted", "Takes what the teacher should be asked for."),
            Map.entry("wanted-rerouted", "Does the same for rerouted queries."),
            Map.entry("all-wanted", "Merges the two."),
            Map.entry("ask-teacher", "Counts what the head lacked, and asks for the most frequent queries."),
            Map.entry("write-head-requests", "Writes `head-requests`."),
            Map.entry("read-head-tags", "Reads `head-tags`."),
            Map.entry("store-head-tags", "Validates rows, stores them and keeps a tally of each snapshot."),
            Map.entry("write-head-tallies", "Writes `head-tallies`."),
            Map.entry("key-miss", "Keys a miss by its canonical key text."),
            Map.entry("write-misses", "Writes `misses`."),
            Map.entry("read-misses", "Reads `misses`."),
            Map.entry("tag-tail", "Answers misses: cache, admission, ledger, student, fallback."),
            Map.entry("write-tail-answers", "Writes answers of the tail to `tagged-queries`."),
            Map.entry("read-snapshots", "Keeps the history of all snapshots, so that each query is answered from the right one."),
            Map.entry("read-students", "Keeps the history of all students, and has them loaded."),
            Map.entry("read-catalog-events", "Stores when each catalog entity changed."),
            Map.entry("read-head-vocabulary", "Keeps the vocabularies that the fallback tags by."));

    private TopologyWords() {}

    static String ofStore(String store) {
        return known(STORES, "store", store);
    }

    static String ofNode(String node) {
        var global = node.replaceFirst("^(read-(?:snapshots|students|catalog-events|head-vocabulary))-source$", "$1");
        return global.equals(node) ? known(NODES, "node", node) : "Reads the topic of `" + global + "`.";
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
                .row(code(EventTime.HEADER), "answers", "The query's record had no usable timestamp; its event time is the time of reading.")
                .row(code(DeadLetters.REASON_HEADER), "dead letters", "Why the record could not be processed.")
                .row(code(DeadLetters.TIMESTAMP_HEADER), "dead letters", "The record's timestamp, in milliseconds since the epoch.")
                .row(code(DeadLetters.CUT_HEADER), "dead letters", "What was cut off because it did not fit. Absent if nothing was.")
                .row(code("__streams.errors.*"), "dead letters", "Kafka's own headers: topic, partition, offset, exception and message.")
                .row(code(HeadTagsTopic.RETIRED_HEADER), "tombstones in head-tags", "The row is removed because its snapshot was retired.");
    }
}
