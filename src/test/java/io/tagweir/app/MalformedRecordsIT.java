package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.StreamsSettings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.Source;
import io.tagweir.testing.Eventually;
import io.tagweir.topology.EventTime;
import io.tagweir.topology.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Records that a broker accepts and a careless producer writes: without a key, a timestamp or a value, and of every
 * size up to the broker's own limit. In every layout of roles and under both guarantees, each comes out once, as an
 * answer or a dead letter with its reason, and the application keeps running. The same holds after a restart.
 */
class MalformedRecordsIT {

    /** The largest record a broker accepts by default, less what the batch and the id in a header need. */
    private static final int NEARLY_TOO_LARGE = 1_048_350;

    private static final String ANSWERED = "";
    private static final byte[] RUBBISH = {7};
    private static final byte[] NO_KEY = null;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @ParameterizedTest
    @CsvSource({"at_least_once, all", "exactly_once_v2, all", "at_least_once, head+tail", "exactly_once_v2, head+tail"})
    void everyRecordComesOutOnceAndTheApplicationKeepsRunning(String guarantee, String layout) {
        var deployment = CLUSTER.deployment(
                guarantee + "-" + layout.replace('+', '-'), StreamsSettings.GUARANTEE + "=" + guarantee);
        deployment.publish("s1", Instant.EPOCH, List.of("popular"));
        var records = new MalformedRecords(deployment);
        var outputs = deployment.outputs();
        var before = start(deployment, layout);
        records.control();
        records.queries();
        if (before.size() > 1) {
            records.misses();
        }
        outputs.await("every query to come out", () -> ids(outputs).size() >= records.expected.size());
        assertThat(before).allMatch(one -> one.state() == KafkaStreams.State.RUNNING);
        before.forEach(Application::close);

        var after = start(deployment, layout);
        records.query("after the restart", ANSWERED, NO_KEY, records.hit("after the restart"));
        outputs.await("after the restart");
        outputs.pollToEnd();

        assertThat(ids(outputs)).isEqualTo(records.expected.keySet());
        assertThat(after)
                .allSatisfy(one ->
                        assertThat(one.meters().queries().figures().missing()).isZero());
        assertThat(outputs.repeated()).isEmpty();
        records.expected.forEach(
                (id, reason) -> assertThat(outputs.reason(id)).as(id).startsWith(reason));
        for (var id : List.of("no time, hit", "no time, miss")) {
            var answer = outputs.answer(id);
            assertThat(Duration.between(answer.getEventTime(), answer.getTaggedTime())
                            .abs())
                    .as("event time and time of the answer to " + id)
                    .isLessThan(Eventually.LIMIT);
            assertThat(outputs.header(id, EventTime.HEADER)).isEqualTo("-1");
        }
        assertThat(outputs.answer("no time, hit").getSource()).isEqualTo(Source.HEAD);
        assertThat(outputs.answer("no time, miss").getSource()).isEqualTo(Source.STUDENT);
    }

    private static List<Application> start(Deployment deployment, String layout) {
        var applications = Stream.of(layout.split("\\+"))
                .map(role -> deployment.start(role, AppSettings.ROLE + "=" + role))
                .toList();
        deployment.awaitVerified(applications.get(0));
        return applications;
    }

    private static TreeSet<String> ids(Outputs outputs) {
        var ids = new TreeSet<>(outputs.answers().keySet());
        ids.addAll(outputs.deadLetters().keySet());
        return ids;
    }

    /** Writes what a Java producer would not write by itself, and remembers what must become of each record. */
    private static final class MalformedRecords {

        private final Deployment deployment;
        private final Map<String, String> expected = new TreeMap<>();

        MalformedRecords(Deployment deployment) {
            this.deployment = deployment;
        }

        /** On the topics that every instance reads whole. */
        void control() {
            for (var topic :
                    List.of(Topic.HEAD_SNAPSHOTS, Topic.CATALOG_EVENTS, Topic.HEAD_VOCABULARY, Topic.STUDENTS)) {
                withoutTime(topic, "dairy".getBytes(UTF_8), null, List.of());
                withoutTime(topic, "x".getBytes(UTF_8), RUBBISH, List.of());
            }
            var event = new CatalogEvent("dairy", Instant.ofEpochMilli(1));
            withoutTime(
                    Topic.CATALOG_EVENTS,
                    "dairy".getBytes(UTF_8),
                    deployment.bytes(Topic.CATALOG_EVENTS, event),
                    List.of());
        }

        void queries() {
            for (var kind : KeyKind.values()) {
                query("key " + kind, ANSWERED, kind.key(1, "popular"), hit("key " + kind));
                String rare = "rare, key " + kind;
                query(rare, ANSWERED, kind.key(2, rare), deployment.event(rare, rare));
                query("rubbish, key " + kind, "UNDECODABLE", kind.key(3, "x"), RUBBISH);
                query("no value, key " + kind, "UNDECODABLE", kind.key(4, "x"), null);
            }
            queryWithoutTime("no time, hit", ANSWERED, hit("no time, hit"));
            queryWithoutTime("no time, miss", ANSWERED, deployment.event("no time, miss", "rare thing"));
            queryWithoutTime("no time, rubbish", "UNDECODABLE", RUBBISH);
            large();
        }

        /** On the topic between the roles, which only Tagweir writes. */
        void misses() {
            expected.put("rubbish miss", "UNDECODABLE");
            expected.put("miss without a value", "UNDECODABLE");
            withoutTime(Topic.MISSES, null, RUBBISH, List.of(TestProducer.id("rubbish miss")));
            withoutTime(Topic.MISSES, null, null, List.of(TestProducer.id("miss without a value")));
        }

        private void large() {
            query("large rubbish", "RECORD_TOO_LARGE", NO_KEY, new byte[NEARLY_TOO_LARGE]);
            query("large key", "RECORD_TOO_LARGE", new byte[NEARLY_TOO_LARGE - 200], hit("large key"));
            query("large header", "RECORD_TOO_LARGE", NO_KEY, hit("large header"), header(NEARLY_TOO_LARGE - 200));
            // The largest accepted ones; their ledger entries hold key, headers and miss.
            int limit = deployment.settings().limits().maxBytes();
            var largest = header(limit - 300);
            query("largest hit", ANSWERED, new byte[limit], hit("largest hit"), largest);
            query("largest miss", ANSWERED, new byte[limit], deployment.event("largest miss", "rare one"), largest);
            query("one too large", "RECORD_TOO_LARGE", new byte[limit + 1], hit("one too large"));
            query("long id", "ID_TOO_LONG", NO_KEY, hit("i".repeat(1_001)));
            query("long query", "QUERY_TOO_LONG", NO_KEY, deployment.event("long query", "q".repeat(1_001)));
            // One code point as typed, eighteen in canonical form.
            query("ligatures", "QUERY_TOO_LONG", NO_KEY, deployment.event("ligatures", "\ufdfa".repeat(900)));
        }

        byte[] hit(String id) {
            return deployment.event(id, "popular");
        }

        private static Header header(int bytes) {
            return new RecordHeader("large", new byte[bytes]);
        }

        void query(String id, String reason, byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
            expected.put(id, reason);
            var all = new ArrayList<>(List.of(headers));
            all.add(TestProducer.id(id));
            deployment.producer().write(new ProducerRecord<>(deployment.topic(Topic.QUERIES), null, key, value, all));
        }

        private void queryWithoutTime(String id, String reason, byte[] value) {
            expected.put(id, reason);
            withoutTime(Topic.QUERIES, null, value, List.of(TestProducer.id(id)));
        }

        private void withoutTime(
                Topic<?, ?> topic, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
            deployment.producer().write(new RecordWithoutTime(deployment.topic(topic), key, value, headers));
        }
    }

    /** Says that it has no timestamp, as records of old producers and of some other languages do. */
    private static final class RecordWithoutTime extends ProducerRecord<byte[], byte[]> {

        RecordWithoutTime(String topic, byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
            super(topic, null, key, value, headers);
        }

        @Override
        public Long timestamp() {
            return -1L;
        }
    }
}
