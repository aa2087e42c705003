package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalCluster;
import io.tagweir.local.PlainRecords;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the consumer and the broker of Kafka: what comes before a query that is sent among rows. */
class PausingClientsIT {

    private static final TopicPartition ROWS = new TopicPartition("head-tags", 0);
    private static final TopicPartition QUERIES = new TopicPartition("queries", 0);

    /** Of {@value #ROW_BYTES} bytes, so that a response of the broker, a megabyte, brings 5,000 of them. */
    private static final int ROWS_WRITTEN = 20_000;

    private static final int ROW_BYTES = 200;
    private static final int AT_ONCE = 100;

    private static LocalCluster cluster;
    private static Admin admin;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        admin.createTopics(
                        List.of(new NewTopic(ROWS.topic(), 1, (short) 1), new NewTopic(QUERIES.topic(), 1, (short) 1)))
                .all()
                .get();
        PlainRecords.write(
                cluster.bootstrapServers(),
                ROWS.topic(),
                IntStream.range(0, ROWS_WRITTEN)
                        .mapToObj(i -> new byte[ROW_BYTES])
                        .toList());
    }

    @AfterAll
    static void stopCluster() {
        admin.close();
        cluster.close();
    }

    private static Map<String, Object> config() {
        return new HashMap<>(Map.of(
                "bootstrap.servers", cluster.bootstrapServers(), "max.poll.records", AT_ONCE, "fetch.max.wait.ms", 50));
    }

    /** If this one fails, Kafka has learnt it, and the turns can go. */
    @Test
    void withoutTurnsAQueryWaitsForAllRowsOfAResponse() throws Exception {
        try (var consumer = new KafkaConsumer<>(config(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(rowsBeforeAQuery(consumer)).isGreaterThan(30 * AT_ONCE);
        }
    }

    @Test
    void withTurnsAQueryWaitsForAFewReadings() throws Exception {
        var clients = new PausingClients(
                ROWS.topic(), Set.of(QUERIES.topic()), partition -> false, partition -> false, InstantSource.system());
        try (var consumer = clients.getConsumer(config())) {
            assertThat(rowsBeforeAQuery(consumer)).isLessThan(30 * AT_ONCE);
        }
    }

    /**
     * Storing what is read takes a while: here, as long as a request to the broker.
     *
     * @return rows read after the broker had the query and before it was read
     */
    private static int rowsBeforeAQuery(Consumer<byte[], byte[]> consumer) throws Exception {
        consumer.assign(List.of(ROWS, QUERIES));
        consumer.seek(ROWS, 0);
        consumer.seekToEnd(List.of(QUERIES));
        consumer.position(QUERIES);
        int before = 0;
        while (before == 0) {
            before = consumer.poll(Duration.ofSeconds(1)).count();
        }
        PlainRecords.write(cluster.bootstrapServers(), QUERIES.topic(), List.of(new byte[1]));
        int rows = 0;
        while (rows < ROWS_WRITTEN) {
            var read = consumer.poll(Duration.ofMillis(2));
            rows += read.records(ROWS).size();
            if (!read.records(QUERIES).isEmpty()) {
                return rows;
            }
            admin.listOffsets(Map.of(QUERIES, OffsetSpec.latest())).all().get();
        }
        throw new AssertionError("the query was not read among " + rows + " rows");
    }
}
