package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.Source;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.EventTime;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Records that a broker takes and a careless producer writes: without a key, a timestamp or a value, and of every size
 * up to the broker's own limit. Each comes out once, as an answer or a dead letter with its reason, and the application
 * goes on, in every layout of roles and under both guarantees; and so it does when it is started again.
 */
class OddRecordsIT {

    /** Most a broker takes by default, less what the batch and the id in a header need. */
    private static final int NEARLY_TOO_LARGE = 1_048_350;

    private static final String ANSWERED = "";

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"at_least_once, all", "exactly_once_v2, all", "at_least_once, head+tail", "exactly_once_v2, head+tail"})
    void everyRecordComesOutOnceAndTheApplicationGoesOn(String guarantee, String layout) throws Exception {
        String name = "odd-" + guarantee.replace('_', '-') + "-" + layout.replace('+', '-');
        var site = new Site(cluster, name, dir.resolve(name), Map.of(StreamsSettings.GUARANTEE, guarantee));
        site.publish("s1", Instant.EPOCH, List.of("popular"));
        var running = new ArrayList<Application>();
        try (var odd = new OddProducer(site);
                var outputs = site.outputs()) {
            start(site, layout, running);
            odd.control();
            odd.queries();
            if (running.size() > 1) {
                odd.misses();
            }
            outputs.pollUntil("every query to come out", () -> ids(outputs).size() >= odd.expected.size());
            assertThat(running).allMatch(one -> one.state() == KafkaStreams.State.RUNNING);
            running.forEach(Application::close);
            running.clear();

            start(site, layout, running);
            odd.query("after the restart", ANSWERED, null, site.event("after the restart", "popular"), List.of(), null);
            outputs.pollUntil("the last query", () -> outputs.answers().containsKey("after the restart"));
            outputs.pollToEnd();

            assertThat(ids(outputs)).isEqualTo(odd.expected.keySet());
            assertThat(running)
                    .allSatisfy(
                            one -> assertThat(one.meters().queries().figures().missing())
                                    .isZero());
            assertThat(outputs.repeated()).isEmpty();
            odd.expected.forEach(
                    (id, reason) -> assertThat(came(outputs, id)).as(id).startsWith(reason));
            for (var id : List.of("no time, hit", "no time, miss")) {
                var answer = outputs.answers().get(id).get(0);
                assertThat(Duration.between(answer.getEventTime(), answer.getTaggedTime())
                                .abs())
                        .as("event time and time of the answer to " + id)
                        .isLessThan(Site.PATIENCE);
                assertThat(header(outputs.headers(id), EventTime.HEADER)).isEqualTo("-1");
            }
            assertThat(outputs.answers().get("no time, hit").get(0).getSource()).isEqualTo(Source.HEAD);
            assertThat(outputs.answers().get("no time, miss").get(0).getSource())
                    .isEqualTo(Source.STUDENT);
        } finally {
            running.forEach(Application::close);
        }
    }

    private static void start(Site site, String layout, List<Application> running) {
        for (var role : layout.split("\\+")) {
            running.add(site.start(role, new FakeStudent(), Map.of(AppSettings.ROLE, role)));
        }
        Await.until(
                "the snapshot to be verified",
                Site.PATIENCE,
                () -> running.get(0).primed(Clock.systemUTC().instant()) == Site.PARTITIONS);
    }

    private static TreeSet<String> ids(Outputs outputs) {
        var ids = new TreeSet<>(outputs.answers().keySet());
        ids.addAll(outputs.deadLetters().keySet());
        return ids;
    }

    /** Nothing for an answer, the reason of a dead letter; the letter holds the beginning of what came. */
    private static String came(Outputs outputs, String id) {
        var letters = outputs.deadLetters().get(id);
        return letters == null ? ANSWERED : header(outputs.headers(id), DeadLetterHandler.REASON_HEADER);
    }

    private static String header(Map<String, byte[]> headers, String name) {
        return new String(headers.get(name), StandardCharsets.UTF_8);
    }

    /** Writes what no producer of Java's would write by itself, and remembers what is to become of it. */
    private static final class OddProducer implements AutoCloseable {

        private final Site site;
        private final KafkaProducer<byte[], byte[]> producer;
        private final Map<String, String> expected = new TreeMap<>();

        OddProducer(Site site) {
            this.site = site;
            var config = new HashMap<>(site.settings().clientConfig());
            config.put("max.request.size", 4 << 20);
            producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        /** Of the topics that every instance reads whole. */
        void control() throws Exception {
            var topics = site.settings().topics();
            var serdes = site.settings().serdes();
            var event = new CatalogEvent("dairy", Instant.ofEpochMilli(1));
            for (var topic : List.of(
                    topics.name(Topic.HEAD_SNAPSHOTS),
                    topics.name(Topic.CATALOG_EVENTS),
                    topics.name(Topic.HEAD_VOCABULARY),
                    topics.name(Topic.STUDENTS))) {
                send(new Timeless(topic, "dairy".getBytes(StandardCharsets.UTF_8), null, List.of()));
                send(new Timeless(topic, "x".getBytes(StandardCharsets.UTF_8), new byte[] {1}, List.of()));
            }
            send(new Timeless(
                    topics.name(Topic.CATALOG_EVENTS),
                    "dairy".getBytes(StandardCharsets.UTF_8),
                    serdes.value(Topic.CATALOG_EVENTS).serializer().serialize(topics.name(Topic.CATALOG_EVENTS), event),
                    List.of()));
        }

        void queries() throws Exception {
            for (var kind : KeyKind.values()) {
                String id = "key " + kind;
                query(id, ANSWERED, kind.key(1, "popular"), site.event(id, "popular"), List.of(), null);
                String rare = "rare, key " + kind;
                query(rare, ANSWERED, kind.key(2, rare), site.event(rare, rare), List.of(), null);
                query("rubbish, key " + kind, "UNDECODABLE", kind.key(3, "x"), new byte[] {7}, List.of(), null);
                query("no value, key " + kind, "UNDECODABLE", kind.key(4, "x"), null, List.of(), null);
            }
            query("no time, hit", ANSWERED, null, site.event("no time, hit", "popular"), List.of(), -1L);
            query("no time, miss", ANSWERED, null, site.event("no time, miss", "rare thing"), List.of(), -1L);
            query("no time, rubbish", "UNDECODABLE", null, new byte[] {7}, List.of(), -1L);
            large();
        }

        /** Of the topic between the roles, written by somebody else. */
        void misses() throws Exception {
            for (var id : List.of("rubbish miss", "miss without a value")) {
                expected.put(id, "UNDECODABLE");
                byte[] value = id.startsWith("rubbish") ? new byte[] {7} : null;
                send(new Timeless(site.settings().topics().name(Topic.MISSES), null, value, List.of(id(id))));
            }
        }

        private static Header id(String id) {
            return new RecordHeader(Sender.ID, id.getBytes(StandardCharsets.UTF_8));
        }

        private void large() throws Exception {
            byte[] rubbish = new byte[NEARLY_TOO_LARGE];
            query("large rubbish", "RECORD_TOO_LARGE", null, rubbish, List.of(), null);
            query(
                    "large key",
                    "RECORD_TOO_LARGE",
                    new byte[NEARLY_TOO_LARGE - 200],
                    event("large key"),
                    List.of(),
                    null);
            query(
                    "large header",
                    "RECORD_TOO_LARGE",
                    null,
                    event("large header"),
                    header(NEARLY_TOO_LARGE - 200),
                    null);
            // The largest that are taken, whose ledger entries hold key, headers and miss.
            int limit = site.settings().limits().maxBytes();
            var largest = header(limit - 300);
            query("largest hit", ANSWERED, new byte[limit], site.event("largest hit", "popular"), largest, null);
            query("largest miss", ANSWERED, new byte[limit], site.event("largest miss", "rare one"), largest, null);
            query("one too large", "RECORD_TOO_LARGE", new byte[limit + 1], event("one too large"), List.of(), null);
            query("long id", "ID_TOO_LONG", null, site.event("i".repeat(1_001), "popular"), List.of(), null);
            query("long query", "QUERY_TOO_LONG", null, site.event("long query", "q".repeat(1_001)), List.of(), null);
            // One code point as typed, eighteen in canonical form.
            query("ligatures", "QUERY_TOO_LONG", null, site.event("ligatures", "\ufdfa".repeat(900)), List.of(), null);
        }

        private byte[] event(String id) {
            return site.event(id, "popular");
        }

        private static List<Header> header(int bytes) {
            return List.of(new RecordHeader("large", new byte[bytes]));
        }

        /** @param time -1: none */
        void query(
                String id,
                String reason,
                byte @Nullable [] key,
                byte @Nullable [] value,
                List<Header> headers,
                @Nullable Long time)
                throws Exception {
            expected.put(id, reason);
            var all = new ArrayList<>(headers);
            all.add(id(id));
            var topic = site.settings().topics().name(Topic.QUERIES);
            send(
                    time == null
                            ? new ProducerRecord<>(topic, null, key, value, all)
                            : new Timeless(topic, key, value, all));
        }

        private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
            producer.send(record).get();
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /** A record that says that it has no timestamp, as old producers and some of other languages write it. */
    private static final class Timeless extends ProducerRecord<byte[], byte[]> {

        Timeless(String topic, byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
            super(topic, null, key, value, headers);
        }

        @Override
        public Long timestamp() {
            return -1L;
        }
    }
}
