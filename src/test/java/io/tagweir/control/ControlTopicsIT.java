package io.tagweir.control;

import static io.tagweir.control.Door.open;
import static io.tagweir.control.Door.shut;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.local.LocalCluster;
import io.tagweir.reason.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compacted topics and control topics on a real broker. */
class ControlTopicsIT {

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void newestRecordOfEachKeyCountsInAllPartitions() throws Exception {
        create("newest", 2);
        send(
                record("newest", 0, "a", "a,SHUT,0"),
                record("newest", 1, "b", "b,SHUT,0"),
                record("newest", 0, "a", "a,OPEN,3"),
                record("newest", 1, "c", "c,SHUT,0"),
                record("newest", 1, "b", null));
        var contents = topic("newest").read();
        assertThat(contents.values()).isEqualTo(Map.of("a", open("a", 3), "c", shut("c")));
        assertThat(contents.undecodable()).isEmpty();
    }

    @Test
    void undecodableNewestRecordRemovesTheOldValueAndIsReported() throws Exception {
        create("undecodable", 1);
        send(
                record("undecodable", 0, "a", "a,SHUT,0"),
                record("undecodable", 0, "b", "rubbish"),
                record("undecodable", 0, "a", "rubbish"),
                record("undecodable", 0, null, "c,SHUT,0"),
                record("undecodable", 0, "b", "b,SHUT,0"),
                record("undecodable", 0, "d", "rubbish"),
                record("undecodable", 0, "d", null));
        var contents = topic("undecodable").read();
        assertThat(contents.values()).isEqualTo(Map.of("b", shut("b")));
        assertThat(contents.undecodable())
                .extracting(UndecodableRecord::toString)
                .containsExactly(
                        "the record at offset 2 of partition 0 of undecodable (key a) can't be decoded: not a door",
                        "the record at offset 3 of partition 0 of undecodable can't be decoded: it has no key");
    }

    @Test
    void controlRecordsThatBreakTheRulesAreRejectedAndTheLastValidOneCounts() throws Exception {
        create("rules", 1);
        send(
                record("rules", 0, "a", "a,OPEN,3"),
                record("rules", 0, "a", "a,SHUT,0"),
                record("rules", 0, "b", "a,OPEN,3"),
                record("rules", 0, "a", "rubbish"),
                record("rules", 0, "a", null));
        var records = control("rules", new ArrayList<>(), Map.of()).read();
        assertThat(records.byId()).isEqualTo(Map.of("a", open("a", 3)));
        assertThat(records.rejected())
                .containsExactly(
                        "offset 1: the door a is OPEN and can't become SHUT",
                        "offset 2: a control record of a has the key b",
                        "the record at offset 3 of partition 0 of rules (key a) can't be decoded: not a door");
        assertThat(records.require("a")).isEqualTo(open("a", 3));
        assertThatThrownBy(() -> records.require("z"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no door z; known: a");
    }

    @Test
    void changeIsVisibleOnceItReturnsAndAnInvalidOneWritesNothing() throws Exception {
        create("change", 1);
        create("also", 1);
        var control = control("change", new ArrayList<>(), Map.of());
        control.change(records -> List.of(shut("a"), shut("b")), List.of(record("also", 0, "x", "x,SHUT,0")));
        assertThat(control.read().byId()).containsOnlyKeys("a", "b");
        assertThat(topic("also").read().values()).containsOnlyKeys("x");
        assertThat(control.change(records -> List.of())).isEmpty();
        assertThatThrownBy(() -> control.change(records -> List.of(open("a", 1), open("b", -1))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the door b opens too early");
        assertThat(control.read().require("a")).isEqualTo(shut("a"));
    }

    @Test
    void commandThatWasOvertakenByAnotherIsRefusedAndWritesNothing() throws Exception {
        create("overtaken", 1);
        var control = control("overtaken", new ArrayList<>(), Map.of());
        assertThatThrownBy(() -> control.change(records -> {
                    control("overtaken", new ArrayList<>(), Map.of()).change(known -> List.of(shut("b")));
                    return List.of(shut("a"));
                }))
                .isInstanceOf(RefusedException.class)
                .hasMessage("another command changed the doors at the same time; try again");
        assertThat(control.read().byId()).containsOnlyKeys("b");
    }

    /** A transaction that is still open keeps readers from what is committed behind it. */
    @Test
    void committedChangeThatReadersCantSeeYetIsAWarningAndNoFailure() throws Exception {
        create("hidden", 1);
        var warnings = new ArrayList<String>();
        var config = Map.<String, Object>of("default.api.timeout.ms", "1000", "request.timeout.ms", "500");
        var producerConfig = new HashMap<String, Object>(clientConfig());
        producerConfig.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open");
        try (var open = new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            open.send(record("hidden", 0, "x", "x,SHUT,0")).get();
            var written = control("hidden", warnings, config).change(records -> List.of(shut("a")));
            assertThat(written).containsExactly(shut("a"));
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("the change is committed, but readers can't see it yet: offset 1 of hidden-0");
            open.abortTransaction();
        }
        // A second change waits for the first to be visible.
        control("hidden", new ArrayList<>(), Map.of()).change(records -> List.of(shut("b")));
        assertThat(control("hidden", new ArrayList<>(), Map.of()).read().byId()).containsOnlyKeys("a", "b");
    }

    @Test
    void applicationsWithoutMembersDoNotRunWhateverTheyReported() throws Exception {
        create("reports", 1);
        send(record("reports", 0, "app/one", "a,OPEN,1"), record("reports", 0, "gone/two", "rubbish"));
        var status = new GroupReports<>(clientConfig(), topic("reports"), List.of("other")).read();
        assertThat(status.running()).isEmpty();
        assertThat(status.reports()).containsExactly(open("a", 1));
        assertThat(status.undecodable()).extracting(UndecodableRecord::key).containsExactly("gone/two");
    }

    private static CompactedTopic<Door> topic(String name) {
        return new CompactedTopic<>(clientConfig(), name, Door.SERDE);
    }

    private static ControlTopic<Door> control(String name, List<String> warnings, Map<String, Object> more) {
        var config = new HashMap<>(clientConfig());
        config.putAll(more);
        return new ControlTopic<>(config, name, Door.SERDE, Door.LIFECYCLE, warnings::add);
    }

    private static Map<String, Object> clientConfig() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private static void create(String topic, int partitions) throws Exception {
        try (var admin = Admin.create(clientConfig())) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, @Nullable String key, @Nullable String value) {
        return new ProducerRecord<>(
                topic,
                partition,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8));
    }

    @SafeVarargs
    private static void send(ProducerRecord<byte[], byte[]>... records) throws Exception {
        try (var producer = new KafkaProducer<>(clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var record : records) {
                producer.send(record).get();
            }
        }
    }
}
