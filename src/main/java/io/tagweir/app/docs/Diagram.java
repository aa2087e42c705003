package io.tagweir.app.docs;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.GlobalStore;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/**
 * A topology as a Mermaid flowchart: topics are rounded, stores are drums, processors are boxes in the frame of their
 * sub-topology. Topics of the outside stand outside the frames, so that the eye finds what comes in and goes out.
 *
 * <p>Ids of nodes are made of their names, so the text changes only where the topology does.
 */
final class Diagram {

    /** How the names of topics end that Kafka Streams makes for itself. */
    static final String INTERNAL = "-repartition";

    private final StringBuilder frames = new StringBuilder();
    private final StringBuilder edges = new StringBuilder();
    private final Map<String, String> topics = new TreeMap<>();

    private Diagram() {}

    static String of(TopologyDescription topology) {
        var diagram = new Diagram();
        topology.subtopologies().forEach(diagram::frame);
        topology.globalStores().forEach(diagram::frame);
        var outside = new StringBuilder();
        diagram.topics.forEach((id, name) -> outside.append("  ").append(rounded(id, name)));
        return "```mermaid\nflowchart LR\n" + outside + diagram.frames + diagram.edges + "```\n";
    }

    private void frame(Subtopology part) {
        open("sub" + part.id(), "sub-topology " + part.id());
        part.nodes().forEach(this::node);
        var stores = new TreeMap<String, String>();
        for (var node : part.nodes()) {
            if (node instanceof Processor processor) {
                processor.stores().stream().sorted().forEach(store -> {
                    stores.put(id("store", store), store);
                    edge(id("node", node.name()), " <-.-> ", id("store", store));
                });
            }
        }
        stores.forEach(this::drum);
        close();
    }

    private void frame(GlobalStore part) {
        open("sub" + part.id(), "global store, on every instance");
        node(part.source());
        node(part.processor());
        part.processor().stores().stream().sorted().forEach(store -> {
            drum(id("store", store), store);
            edge(id("node", part.processor().name()), " -.-> ", id("store", store));
        });
        close();
    }

    private void open(String id, String title) {
        frames.append("  subgraph ").append(id).append("[\"").append(title).append("\"]\n");
    }

    private void close() {
        frames.append("  end\n");
    }

    private void drum(String id, String name) {
        frames.append("    ").append(id).append("[(\"").append(name).append("\")]\n");
    }

    private void node(Node node) {
        var id = id("node", node.name());
        frames.append("    ").append(id).append("[\"").append(node.name()).append("\"]\n");
        if (node instanceof Source source) {
            source.topicSet().stream().sorted().forEach(topic -> read(topic, id));
        } else if (node instanceof Sink sink && sink.topic() != null) {
            edge(id, " --> ", topic(sink.topic()));
        }
        node.successors().forEach(next -> edge(id, " --> ", id("node", next.name())));
    }

    private void read(String topic, String reader) {
        edge(topic(topic), " --> ", reader);
        if (topic.endsWith(INTERNAL)) {
            frames.append("    ").append(rounded(id("topic", topic), topic));
        }
    }

    private String topic(String name) {
        var id = id("topic", name);
        if (!name.endsWith(INTERNAL)) {
            topics.put(id, name);
        }
        return id;
    }

    private static String rounded(String id, String name) {
        return id + "([\"" + name + "\"])\n";
    }

    private void edge(String from, String arrow, String to) {
        edges.append("  ").append(from).append(arrow).append(to).append('\n');
    }

    private static String id(String kind, String name) {
        return kind + "_" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }
}
