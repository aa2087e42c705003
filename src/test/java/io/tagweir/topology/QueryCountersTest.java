package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.meter.QueryAccount.Source;
import io.tagweir.meter.QueryBalance;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The balance reports each loss in topologies that lose queries silently, wherever it happens. */
class QueryCountersTest {

    private static final int QUERIES = 1_000;
    private static final TimestampExtractor TIMESTAMPS = (record, partitionTime) -> record.timestamp();

    @TempDir
    private Path dir;

    private final QueryBalance balance = new QueryBalance();
    private final QueryCounters edges = new QueryCounters(balance);
    private final Serde<String> text = Serdes.String();

    @Test
    void nothingIsMissingFromATopologyThatPassesAllOn() {
        run(queries -> queries, this::hop, "key", TIMESTAMPS);

        assertThat(balance.figures().missing()).isZero();
        assertThat(balance.figures().read()).isEqualTo(QUERIES);
        assertThat(balance.figures().rerouted()).isEqualTo(QUERIES);
        assertThat(balance.figures().reroutedRead()).isEqualTo(QUERIES);
        assertThat(balance.figures().answered()).isEqualTo(QUERIES);
    }

    /** {@code repartition} drops what has no key, behind the node that has counted the query as rerouted. */
    @Test
    void queriesWithoutAKeyAreMissingThatTheHopDrops() {
        run(queries -> queries, this::hop, null, TIMESTAMPS);

        assertThat(balance.figures().answered()).isZero();
        assertThat(balance.figures().missing()).isEqualTo(QUERIES);
    }

    @Test
    void queriesAreMissingThatAFilterDropsBehindTheFirstNode() {
        run(queries -> queries, queries -> this.hop(queries.filter(QueryCountersTest::isOdd)), "key", TIMESTAMPS);

        assertThat(balance.figures().missing()).isEqualTo(QUERIES / 2);
    }

    /** Each but the newest of its partition, which may yet arrive. */
    @Test
    void queriesAreMissingThatAFilterDropsBeforeTheFirstNode() {
        run(queries -> queries.filter(QueryCountersTest::isOdd), this::hop, "key", TIMESTAMPS);
        assertThat(balance.figures().missing()).isEqualTo(QUERIES / 2);
    }

    /** Kafka Streams drops a record whose time is below 0. */
    @Test
    void queriesAreMissingWhoseTimeKafkaStreamsDoesNotTake() {
        run(
                queries -> queries,
                this::hop,
                "key",
                (record, partitionTime) -> isOdd(null, (String) record.value()) ? 0 : -1);

        assertThat(balance.figures().missing()).isEqualTo(QUERIES / 2);
    }

    private static boolean isOdd(@Nullable String key, String query) {
        return Integer.parseInt(query) % 2 == 1;
    }

    private KStream<String, String> hop(KStream<String, String> queries) {
        return queries.repartition(Repartitioned.<String, String>as("hop")
                        .withKeySerde(text)
                        .withValueSerde(edges.written(text, (account, query) -> account.rerouted())))
                .process(edges.first(Source.HOP, PassOn::new));
    }

    private void run(
            UnaryOperator<KStream<String, String>> before,
            UnaryOperator<KStream<String, String>> behind,
            @Nullable String key,
            TimestampExtractor timestamps) {
        var builder = new StreamsBuilder();
        var queries = builder.stream(
                "queries", Consumed.with(text, text).withTimestampExtractor(edges.read(Source.QUERIES, timestamps)));
        behind.apply(before.apply(queries).process(edges.first(Source.QUERIES, PassOn::new)))
                .to("answers", Produced.with(text, edges.written(text, (account, answer) -> account.answered())));
        var config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
        try (var driver = new TopologyTestDriver(builder.build(), config)) {
            var topic = driver.createInputTopic("queries", new StringSerializer(), new StringSerializer());
            for (int i = 0; i < QUERIES; i++) {
                topic.pipeInput(key, String.valueOf(i));
            }
        }
    }

    private static final class PassOn extends ContextualProcessor<String, String, String, String> {

        @Override
        public void process(Record<String, String> query) {
            context().forward(query);
        }
    }
}
