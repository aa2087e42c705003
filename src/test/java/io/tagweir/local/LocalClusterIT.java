package io.tagweir.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterIT {

    private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";

    private static LocalCluster shared;

    @TempDir
    Path dir;

    @BeforeAll
    static void start() {
        shared = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @Test
    void recordsProducedAreConsumed() throws Exception {
        shared.createTopics(List.of(LocalTopic.kept("plain", 3)));
        List<String> sent = IntStream.range(0, 500).mapToObj(Integer::toString).toList();

        PlainRecords.write(shared.bootstrapServers(), "plain", bytes(sent));

        assertThat(texts(PlainRecords.readAll(shared.bootstrapServers(), "plain")))
                .containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void onlyCommittedTransactionsAreRead() throws Exception {
        shared.createTopics(List.of(LocalTopic.kept("transactional", 1)));
        try (var producer = PlainRecords.producer(shared.bootstrapServers(), Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            producer.beginTransaction();
            var aborted = producer.send(new ProducerRecord<>("transactional", "aborted".getBytes(UTF_8)));
            producer.flush();
            assertThat(aborted).isDone();
            producer.abortTransaction();
            producer.beginTransaction();
            var committed = producer.send(new ProducerRecord<>("transactional", "committed".getBytes(UTF_8)));
            producer.commitTransaction();
            assertThat(committed).isDone();
        }

        assertThat(texts(PlainRecords.readAll(shared.bootstrapServers(), "transactional")))
                .containsExactly("committed");
    }

    @Test
    void topicThatIsThereKeepsItsPartitions() {
        shared.createTopics(List.of(LocalTopic.kept("grown", 2)));

        assertThat(shared.createTopics(List.of(LocalTopic.kept("grown", 5), LocalTopic.compacted("fresh", 3))))
                .containsOnly(Map.entry("grown", 2), Map.entry("fresh", 3));
    }

    @Test
    void misspeltTopicIsNotMade() {
        try (var producer = PlainRecords.producer(shared.bootstrapServers(), Map.of("max.block.ms", 500))) {
            var sent = producer.send(new ProducerRecord<>("queriez", new byte[0]));

            assertThatThrownBy(sent::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void recordsSchemasAndClusterIdSurviveARestart() throws Exception {
        String clusterId;
        int id;
        try (var first = LocalCluster.start(LocalCluster.Options.in(dir))) {
            first.createTopics(List.of(LocalTopic.kept("kept", 2)));
            PlainRecords.write(first.bootstrapServers(), "kept", bytes(List.of("a", "b", "c")));
            new RegistryCalls(first.registryUrl()).idOf("other-value", "\"string\"");
            id = new RegistryCalls(first.registryUrl()).idOf("kept-value", SCHEMA);
            clusterId = clusterId(first);
        }

        try (var second = LocalCluster.start(LocalCluster.Options.in(dir))) {
            var registry = new RegistryCalls(second.registryUrl());
            assertThat(clusterId(second)).isEqualTo(clusterId);
            assertThat(texts(PlainRecords.readAll(second.bootstrapServers(), "kept")))
                    .containsExactlyInAnyOrder("a", "b", "c");
            assertThat(registry.schema(id)).isEqualTo(SCHEMA);
            assertThat(registry.idOf("kept-value", SCHEMA)).isEqualTo(id);
            assertThat(registry.idOf("new-value", "\"long\"")).isGreaterThan(id);
        }
    }

    @Test
    void closeTakesLittleTime() {
        var cluster = LocalCluster.start(LocalCluster.Options.in(dir));
        long start = System.nanoTime();

        cluster.close();
        cluster.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void takenBrokerPortIsNamed() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(Loopback.at(0));
            var options = new LocalCluster.Options(dir, taken.getLocalPort(), 0);

            assertThatThrownBy(() -> LocalCluster.start(options))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage("port " + taken.getLocalPort() + " is taken; choose another with --kafka-port");
        }
    }

    @Test
    void takenRegistryPortIsNamedBeforeAnythingIsWritten() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(Loopback.at(0));
            var options = new LocalCluster.Options(dir.resolve("new"), 0, taken.getLocalPort());

            assertThatThrownBy(() -> LocalCluster.start(options))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage("port " + taken.getLocalPort() + " is taken; choose another with --registry-port");
            assertThat(dir.resolve("new")).doesNotExist();
        }
    }

    @Test
    void secondStartInOneDirectoryIsRefused() {
        try (var first = LocalCluster.start(LocalCluster.Options.in(dir))) {
            assertThat(first.bootstrapServers()).startsWith("127.0.0.1:");
            assertThatThrownBy(() -> LocalCluster.start(LocalCluster.Options.in(dir)))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage("directory " + dir + " is in use by another broker; stop it or choose another");
        }
    }

    @Test
    void directoryThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");

        assertThatThrownBy(() -> LocalCluster.start(LocalCluster.Options.in(file)))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("cannot be used");
    }

    private static String clusterId(LocalCluster cluster) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(UTF_8)).toList();
    }

    private static List<String> texts(List<byte[]> values) {
        return values.stream().map(value -> new String(value, UTF_8)).toList();
    }
}
