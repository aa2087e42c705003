package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.local.NodeClients;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries that Node clients write, and answers that they read. */
class JavaScriptClientsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path QUERY_EVENT = Path.of("avro/QueryEvent.avsc");

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static NodeClients node;

    @BeforeAll
    static void install() throws Exception {
        node = NodeClients.install();
    }

    @ParameterizedTest
    @EnumSource
    void queriesOfANodeClientAreAnsweredAndItReadsTheAnswers(NodeClients.Registry client) throws Exception {
        String name = "node-" + client.name().toLowerCase(java.util.Locale.ROOT);
        var deployment = CLUSTER.deployment(name);
        deployment.publish("s1", Instant.EPOCH, List.of("röd sko 👟"));
        deployment.awaitRows(deployment.start("one"));
        node.produce(
                client,
                CLUSTER.cluster(),
                deployment.topic(Topic.QUERIES),
                QUERY_EVENT,
                List.of(
                        JSON.readTree("{\"key\":\"k1\",\"headers\":{\"trace\":\"t1\"},"
                                + "\"value\":{\"query_id\":\"hit\",\"query\":\"Röd  SKO 👟\"}}"),
                        JSON.readTree("{\"key\":\"k2\",\"headers\":{\"trace\":\"t2\"},"
                                + "\"value\":{\"query_id\":\"miss\",\"query\":\"Grön sko 👟\","
                                + "\"priority\":\"INTERACTIVE\",\"deadline_ms\":60000}}"),
                        JSON.readTree("{\"key\":\"k3\",\"value\":{\"query_id\":\"empty\",\"query\":\" \"}}")));

        var answers = node.consume(client, CLUSTER.cluster(), deployment.topic(Topic.TAGGED_QUERIES), 2).stream()
                .collect(Collectors.toMap(
                        answer -> answer.path("value").path("query_id").asText(), Function.identity()));
        var hit = answers.get("hit");
        assertLineage(hit, "k1", "t1", "HEAD");
        assertThat(hit.path("value").path("query").asText()).isEqualTo("Röd  SKO 👟");
        assertThat(hit.path("value").path("canonical_query").asText()).isEqualTo("röd sko 👟");
        assertTag(hit, "s1", "röd sko 👟", 10);
        var miss = answers.get("miss");
        assertLineage(miss, "k2", "t2", "STUDENT");
        assertThat(miss.path("value").path("student").asText()).isEqualTo("fake@1");
        assertTag(miss, "fake", "Grön sko 👟", 10);
        assertThat(node.consume(client, CLUSTER.cluster(), deployment.topic(Topic.DEAD_LETTERS), 1))
                .singleElement()
                .satisfies(letter -> assertThat(
                                letter.path("value").path("query_id").asText())
                        .isEqualTo("empty"));
    }

    /** kafkajs and similar clients write records without a key if they are given none, to all partitions in turn. */
    @Test
    void queriesWithoutAKeyAreAllAnsweredWithoutAKey() throws Exception {
        var deployment = CLUSTER.deployment("node-keyless");
        deployment.publish("s1", Instant.EPOCH, List.of("hit"));
        deployment.awaitRows(deployment.start("one"));
        var queries = new ArrayList<JsonNode>();
        var ids = new TreeSet<String>();
        for (int i = 0; i < 40; i++) {
            ids.add("q" + i);
            queries.add(JSON.readTree("{\"value\":{\"query_id\":\"q" + i + "\",\"query\":\""
                    + (i % 2 == 0 ? "hit" : "miss " + i) + "\"}}"));
        }
        node.produce(
                NodeClients.Registry.KAFKAJS, CLUSTER.cluster(), deployment.topic(Topic.QUERIES), QUERY_EVENT, queries);

        var answers = node.consume(
                NodeClients.Registry.KAFKAJS, CLUSTER.cluster(), deployment.topic(Topic.TAGGED_QUERIES), ids.size());
        assertThat(answers)
                .extracting(answer -> answer.path("value").path("query_id").asText())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(answers).allMatch(answer -> answer.path("key").isNull());
    }

    private static void assertLineage(JsonNode answer, String key, String trace, String source) {
        assertThat(answer.path("key").asText()).isEqualTo(key);
        assertThat(answer.path("headers").path("trace").asText()).isEqualTo(trace);
        assertThat(answer.path("value").path("source").asText()).isEqualTo(source);
        assertThat(answer.path("value").path("snapshot").asText()).isEqualTo("s1");
    }

    /** The one tag runs over the whole query, counted in code points of the query as it was typed. */
    private static void assertTag(JsonNode answer, String label, String value, int end) {
        var tags = answer.path("value").path("tags");
        assertThat(tags).hasSize(1);
        assertThat(tags.path(0).path("label").asText()).isEqualTo(label);
        assertThat(tags.path(0).path("value").asText()).isEqualTo(value);
        assertThat(tags.path(0).path("start").asInt()).isZero();
        assertThat(tags.path(0).path("end").asInt()).isEqualTo(end);
    }
}
