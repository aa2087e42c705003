package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Held;
import io.tagweir.head.HeadSettings;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.Meters;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
import io.tagweir.tail.TagTail;
import io.tagweir.tail.Tail;
import io.tagweir.tail.Vocabularies;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.Role;
import io.tagweir.topology.TaggingTopology;
import io.tagweir.topology.Topic;
import io.tagweir.topology.TopicSerdes;
import io.tagweir.topology.Topics;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** {@code topology.md}: the declared topics, and what Kafka Streams says it built for each role. */
final class TopologyPage {

    /** Partitions to build a topology with; the page does not show them. */
    private static final int PARTITIONS = 4;

    private static final Supplier<Tail> NO_TAIL = () -> {
        throw new IllegalStateException("a topology that is only described starts no task");
    };
    private static final InstantSource CLOCK = () -> Instant.EPOCH;

    private final Map<Role, TopologyDescription> roles = new EnumMap<>(Role.class);
    private final Map<String, Set<Role>> readers = new TreeMap<>();
    private final Map<String, Set<Role>> writers = new TreeMap<>();
    private final Map<String, Set<Role>> stores = new TreeMap<>();
    private final Map<String, Set<Role>> processors = new LinkedHashMap<>();
    private final Map<String, String> sourcesOfGlobalStores = new TreeMap<>();

    private TopologyPage() {
        for (var role : Role.values()) {
            var description = describe(role);
            roles.put(role, description);
            description.subtopologies().forEach(part -> part.nodes().forEach(node -> note(role, node)));
            description.globalStores().forEach(part -> {
                note(role, part.source());
                note(role, part.processor());
                part.processor()
                        .stores()
                        .forEach(store -> sourcesOfGlobalStores.put(
                                store, names(part.source().topicSet())));
            });
        }
        Topic.ALL.forEach(this::checkUsers);
    }

    static String text() {
        return new TopologyPage().page();
    }

    private static TopologyDescription describe(Role role) {
        return new TaggingTopology(
                        role,
                        Topics.defaults(),
                        PARTITIONS,
                        TopicSerdes.withoutRegistry(),
                        RecordLimits.defaults(),
                        HeadSettings.defaults(),
                        tasks(),
                        Taxonomy.ANY,
                        new SnapshotCatalog(),
                        new Vocabularies(),
                        new StudentCatalog(""),
                        NO_TAIL,
                        false,
                        CLOCK,
                        new Meters(new SimpleMeterRegistry()))
                .build()
                .describe();
    }

    private static HeadTasks tasks() {
        return new HeadTasks(HeadSettings.defaults(), PARTITIONS, false);
    }

    private void note(Role role, Node node) {
        if (node instanceof Source source) {
            source.topicSet().forEach(topic -> add(readers, topic, role));
        } else if (node instanceof Sink sink && sink.topic() != null) {
            add(writers, sink.topic(), role);
        } else if (node instanceof Processor processor) {
            add(processors, processor.name(), role);
            processor.stores().forEach(store -> add(stores, store, role));
        }
    }

    private static void add(Map<String, Set<Role>> users, String name, Role role) {
        users.computeIfAbsent(name, n -> new TreeSet<>()).add(role);
    }

    /** What is declared about a topic must be what was built. Some topics are written outside the topology as well. */
    private void checkUsers(Topic<?, ?> topic) {
        var read = apart(readers, topic);
        var written = apart(writers, topic);
        if (!read.equals(topic.readingRoles()) || !topic.writingRoles().containsAll(written)) {
            throw new IllegalStateException("the topic " + topic + " is declared as read by " + topic.readingRoles()
                    + " and written by " + topic.writingRoles() + "; the topology reads it in " + read
                    + " and writes it in " + written);
        }
    }

    private static Set<Role> apart(Map<String, Set<Role>> users, Topic<?, ?> topic) {
        var roles = new TreeSet<>(users.getOrDefault(topic.contractName(), Set.of()));
        roles.remove(Role.ALL);
        return roles;
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static String names(Collection<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }

    private static String roles(Collection<Role> roles) {
        return roles.stream().map(TopologyPage::name).collect(Collectors.joining(", "));
    }

    private String page() {
        var page = new StringBuilder(Pages.head("Topology", "the declared topics and `Topology.describe()`"));
        page.append("""
                A query is looked up in the head table. If it is there, its row is the answer. If it is not, it is a *miss*, \
                and the student tags it. One process can do both (role `all`), or two applications share the work: `head` \
                answers what its table holds and writes the rest to `misses`, which `tail` reads. [tail.md](tail.md) \
                describes the path of a miss, [snapshots.md](snapshots.md) how rows get into the table.

                ```
                queries ──► look up head ──hit──────────────────────────► tagged-queries
                              ▲     └─miss─► [misses] ─► student ────────────┘
                head-tags ────┘
                ```

                A query must be looked up in the partition of its canonical key, because there is its row. If its record is \
                in another partition, it first goes through the internal topic `queries-by-key-repartition`.

                """);
        page.append("## Topics\n\n").append(topics()).append('\n').append("""
                Values are Avro in Confluent's wire format ([schemas.md](schemas.md)). *As head-tags* means as many \
                partitions as `head-tags`, which `queries` must share. `run --create-topics` creates topics that are missing. \
                The settings `topic.prefix` and `topic.names` rename them.

                """);
        page.append("## Headers\n\n").append(TopologyWords.headers()).append('\n');
        page.append("## Stores\n\n").append(stores()).append('\n');
        page.append("## Internal topics\n\n")
                .append(internalTopics())
                .append('\n')
                .append("""
                Kafka Streams creates these and puts the `application.id` in front. The roles `head` and `tail` append `-head` \
                and `-tail` to the id, so they never share one.

                """);
        page.append("## Processors\n\n").append(processors()).append('\n').append("""
                The other nodes of the diagrams read (`read-…`, `…-source`) or write (`write-…`, `…-sink`) the topic that they \
                are connected to.

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

    private static MarkdownTable topics() {
        var table = new MarkdownTable(
                "Topic", "What it is for", "Key", "Value", "Written by", "Read by", "Partitions", "Clean-up");
        for (var topic : Topic.ALL) {
            table.row(
                    code(topic.contractName()),
                    topic.purpose(),
                    topic.keyText(),
                    SpecificRecord.class.isAssignableFrom(topic.valueClass())
                            ? code(topic.valueClass().getSimpleName())
                            : "that of the record",
                    users(topic.writingRoles(), topic.otherWriters()),
                    users(topic.readingRoles(), topic.otherReaders()),
                    topic.isSingle() ? "1" : "as head-tags",
                    topic.config().getOrDefault("cleanup.policy", "the broker's default"));
        }
        return table;
    }

    private static String users(Set<Role> roles, List<String> others) {
        return Stream.concat(roles.stream().sorted().map(role -> "role " + name(role)), others.stream())
                .collect(Collectors.joining(", "));
    }

    private MarkdownTable stores() {
        var builders = builders();
        var table = new MarkdownTable("Store", "Role", "Kind", "What it holds");
        stores.forEach((store, users) ->
                table.row(code(store), roles(users), kind(store, builders.get(store)), TopologyWords.ofStore(store)));
        return table;
    }

    /** The stores of the tasks. Those of global topics are filled from these and have no changelog. */
    private static Map<String, StoreBuilder<?>> builders() {
        var builders = new TreeMap<String, StoreBuilder<?>>();
        tasks().stores(new SingleObjectSerde<>(Held.getClassSchema()))
                .forEach(builder -> builders.put(builder.name(), builder));
        TagTail.supplier(NO_TAIL, false, CLOCK, new Meters(new SimpleMeterRegistry()))
                .stores()
                .forEach(builder -> builders.put(builder.name(), builder));
        return builders;
    }

    private String kind(String store, @Nullable StoreBuilder<?> builder) {
        if (builder == null) {
            return "global, filled from " + code(sourcesOfGlobalStores.getOrDefault(store, ""));
        }
        return (builder.build().persistent() ? "RocksDB" : "in memory")
                + (builder.loggingEnabled() ? ", with a changelog" : ", without a changelog");
    }

    private MarkdownTable internalTopics() {
        var table = new MarkdownTable("Topic", "Role", "What it holds");
        builders().forEach((store, builder) -> {
            if (builder.loggingEnabled()) {
                table.row(
                        code(store + "-changelog"),
                        roles(stores.getOrDefault(store, Set.of())),
                        "The changes of the store " + code(store) + ".");
            }
        });
        readers.forEach((topic, users) -> {
            if (topic.endsWith(Diagram.INTERNAL)) {
                table.row(code(topic), roles(users), "Queries that were in another partition than that of their key.");
            }
        });
        return table;
    }

    private MarkdownTable processors() {
        var table = new MarkdownTable("Processor", "Role", "What it does");
        processors.forEach(
                (processor, users) -> table.row(code(processor), roles(users), TopologyWords.ofProcessor(processor)));
        return table;
    }
}
