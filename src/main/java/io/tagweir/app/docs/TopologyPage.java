package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import io.tagweir.head.HeadSettings;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.Meters;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
import io.tagweir.tail.Vocabularies;
import io.tagweir.topology.AvroSerdes;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.Role;
import io.tagweir.topology.TaggingTopology;
import io.tagweir.topology.Topics;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;

/** {@code topology.md}: what Kafka Streams says it built, role by role, as pictures, tables and text. */
final class TopologyPage {

    private static final Topics TOPICS = Topics.defaults();

    /** Partitions to plan topics with; the page only tells whether a topic has one or a site's number. */
    private static final int PARTITIONS = 4;

    private final Map<Role, TopologyDescription> roles = new EnumMap<>(Role.class);
    private final Map<String, Set<String>> readers = new TreeMap<>();
    private final Map<String, Set<String>> writers = new TreeMap<>();
    private final Map<String, Set<String>> stores = new TreeMap<>();

    private TopologyPage() {
        for (var role : Role.values()) {
            var description = describe(role);
            roles.put(role, description);
            description.subtopologies().forEach(part -> part.nodes().forEach(node -> note(role, node)));
            description.globalStores().forEach(part -> {
                note(role, part.source());
                note(role, part.processor());
            });
        }
    }

    static String text() {
        return new TopologyPage().page();
    }

    private static TopologyDescription describe(Role role) {
        return new TaggingTopology(
                        role,
                        TOPICS,
                        PARTITIONS,
                        new AvroSerdes(
                                new SingleObjectSerde<>(QueryEvent.getClassSchema()),
                                new SingleObjectSerde<>(HeadKey.getClassSchema()),
                                new SingleObjectSerde<>(HeadTags.getClassSchema()),
                                new SingleObjectSerde<>(Snapshot.getClassSchema()),
                                new SingleObjectSerde<>(Miss.getClassSchema()),
                                new SingleObjectSerde<>(TaggedQuery.getClassSchema()),
                                new SingleObjectSerde<>(HeadTally.getClassSchema()),
                                new SingleObjectSerde<>(CatalogEvent.getClassSchema()),
                                new SingleObjectSerde<>(HeadRequest.getClassSchema()),
                                new SingleObjectSerde<>(Vocabulary.getClassSchema()),
                                new SingleObjectSerde<>(StudentRelease.getClassSchema()),
                                new SingleObjectSerde<>(StudentReport.getClassSchema())),
                        RecordLimits.defaults(),
                        HeadSettings.defaults(),
                        new HeadTasks(HeadSettings.defaults(), PARTITIONS, false),
                        Taxonomy.ANY,
                        new SnapshotCatalog(),
                        new Vocabularies(),
                        new StudentCatalog(""),
                        () -> {
                            throw new IllegalStateException("a topology that is only described starts no task");
                        },
                        false,
                        () -> Instant.EPOCH,
                        new Meters(new SimpleMeterRegistry()))
                .build()
                .describe();
    }

    private void note(Role role, Node node) {
        if (node instanceof Source source) {
            source.topicSet().forEach(topic -> add(readers, topic, role));
        } else if (node instanceof Sink sink && sink.topic() != null) {
            add(writers, sink.topic(), role);
        } else if (node instanceof Processor processor) {
            processor.stores().forEach(store -> add(stores, store, role));
        }
    }

    private static void add(Map<String, Set<String>> users, String name, Role role) {
        users.computeIfAbsent(name, n -> new TreeSet<>()).add(name(role));
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private String page() {
        var page = new StringBuilder(Pages.head("Topology", "`Topology.describe()` of each role"));
        page.append("## Topics\n\n").append(topics()).append('\n').append("""
                Names are the defaults of the settings `topic.*`; partitions are those of `head-tags`, which `queries` \
                must share. Keys: `queries` any, `tagged-queries` that of the query, `head-tags` a `HeadKey`, \
                `head-snapshots` and `head-vocabulary` the snapshot's id, `students` the student's, `misses` the key text. The fields are in [schemas.md](schemas.md).

                """);
        page.append("## Stores and internal topics\n\n")
                .append(internals())
                .append('\n')
                .append("""
                Internal topics are named `<application.id>-<name>`. The roles `head` and `tail` add `-head` and `-tail` \
                to the id, so the two never share one.

                """);
        roles.forEach((role, description) -> page.append("## Role ")
                .append(name(role))
                .append("\n\n")
                .append(Diagram.of(description))
                .append("\n<details><summary>As Kafka Streams describes it</summary>\n\n```text\n")
                .append(plain(description))
                .append("\n```\n\n</details>\n\n"));
        return page.toString().stripTrailing() + "\n";
    }

    /** Kafka Streams' own text, with the stores of a processor in the order of their names. */
    private static String plain(TopologyDescription description) {
        var stores = Pattern.compile("(?<=\\(stores: \\[)[^]]+");
        return stores.matcher(description.toString().strip())
                .replaceAll(
                        found -> Stream.of(found.group().split(", ")).sorted().collect(Collectors.joining(", ")))
                .replaceAll("(?m)[ ]+$", "");
    }

    private MarkdownTable topics() {
        var plans = new TreeMap<>(TOPICS.plan(Role.ALL, PARTITIONS));
        plans.putAll(TOPICS.plan(Role.HEAD, PARTITIONS));
        var table = new MarkdownTable("Topic", "Value", "Read by role", "Written by role", "Partitions", "Clean-up");
        plans.forEach((topic, plan) -> table.row(
                code(topic),
                value(topic),
                users(readers, topic),
                writers(topic),
                plan.partitions() == PARTITIONS ? "the site's number" : String.valueOf(plan.partitions()),
                plan.config().getOrDefault("cleanup.policy", "the broker's default")));
        return table;
    }

    private String writers(String topic) {
        if (topic.equals(TOPICS.deadLetters())) {
            return "every role's error handlers";
        }
        return topic.equals(TOPICS.studentReports()) ? "the loaders of all, tail" : users(writers, topic);
    }

    private static String value(String topic) {
        var values = Map.ofEntries(
                Map.entry(TOPICS.queries(), "`QueryEvent`"),
                Map.entry(TOPICS.headTags(), "`HeadTags`"),
                Map.entry(TOPICS.headSnapshots(), "`Snapshot`"),
                Map.entry(TOPICS.misses(), "`Miss`"),
                Map.entry(TOPICS.taggedQueries(), "`TaggedQuery`"),
                Map.entry(TOPICS.headTallies(), "`HeadTally`"),
                Map.entry(TOPICS.catalogEvents(), "`CatalogEvent`"),
                Map.entry(TOPICS.headRequests(), "`HeadRequest`"),
                Map.entry(TOPICS.headVocabulary(), "`Vocabulary`"),
                Map.entry(TOPICS.students(), "`StudentRelease`"),
                Map.entry(TOPICS.studentReports(), "`StudentReport`"),
                Map.entry(TOPICS.deadLetters(), "the record as it came"));
        return known(values, topic);
    }

    private MarkdownTable internals() {
        var table = new MarkdownTable("Name", "Role", "What it is", "What it holds");
        stores.forEach((store, users) -> {
            var kind = known(Stores.KIND, store);
            table.row(code(store), String.join(", ", users), kind, known(Stores.CONTENT, store));
        });
        readers.forEach((topic, users) -> {
            if (topic.endsWith(Diagram.INTERNAL)) {
                table.row(code(topic), String.join(", ", users), "repartition topic", known(Stores.CONTENT, topic));
            }
        });
        return table;
    }

    /** What is said by hand about things that are found by themselves must not be forgotten. */
    private static String known(Map<String, String> said, String name) {
        var text = said.get(name);
        if (text == null) {
            throw new IllegalStateException("the page of the topology has no words about " + name + " yet");
        }
        return text;
    }

    private static String users(Map<String, Set<String>> users, String topic) {
        return String.join(", ", users.getOrDefault(topic, Set.of()));
    }

    /** What Kafka Streams does not tell about stores. */
    private static final class Stores {

        static final Map<String, String> KIND = Map.of(
                "head-tags", "RocksDB, changelog `head-tags-changelog`",
                "snapshots", "in memory, restored from `head-snapshots`",
                "students", "in memory, restored from `students`",
                "ledger", "RocksDB, changelog `ledger-changelog`",
                "tail-cache", "RocksDB, no changelog: what is lost is only work",
                "held-queries", "RocksDB, changelog `held-queries-changelog`",
                "catalog-changes", "RocksDB, restored from `catalog-events`",
                "vocabularies", "in memory, restored from `head-vocabulary`",
                "head-commits", "in memory, no changelog",
                "commit-watch", "in memory, no changelog");

        static final Map<String, String> CONTENT = Map.ofEntries(
                Map.entry("head-tags", "validated rows of head tags, a heap cache in front"),
                Map.entry("snapshots", "state and activations of every snapshot"),
                Map.entry("students", "state, directory and activations of every student"),
                Map.entry("ledger", "misses taken over and not yet answered for good"),
                Map.entry("tail-cache", "answers of the student that were asked for again"),
                Map.entry("held-queries", "queries that wait until their partition is primed"),
                Map.entry("catalog-changes", "the latest eight changes of each entity of the catalog"),
                Map.entry("vocabularies", "nothing; what is read becomes the rule taggers of the process"),
                Map.entry("head-commits", "nothing; it counts the commits of its task"),
                Map.entry("commit-watch", "nothing; it counts the commits of its task"),
                Map.entry("queries-by-key-repartition", "queries that came in another partition than their key's"));
    }
}
