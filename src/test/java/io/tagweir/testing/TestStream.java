package io.tagweir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.Vocabulary;
import io.tagweir.head.HeadSettings;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.student.Student;
import io.tagweir.tag.Taxonomy;
import io.tagweir.tail.Tail;
import io.tagweir.tail.TailSettings;
import io.tagweir.tail.Vocabularies;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.EventTime;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.Role;
import io.tagweir.topology.TaggingTopology;
import io.tagweir.topology.Topic;
import io.tagweir.topology.TopicSerdes;
import io.tagweir.topology.Topics;
import io.tagweir.topology.WriteFailureHandler;
import io.tagweir.wire.SingleObjectSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology of one role under Kafka's test driver, with a fake student and words to speak to it in. */
public final class TestStream implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    public static final HeadSettings HEAD = head(Map.of());
    public static final Topics TOPICS = Topics.defaults();

    /** Small, so that what is too large is quickly made. */
    public static final RecordLimits LIMITS = new RecordLimits(8_192, 16_384);

    /** Without a tail cache, so that a test may ask the same twice. */
    private static final TailSettings NO_CACHE = TailSettings.with(Map.of("tail.cache.heap.bytes", 0));

    public final FakeStudent student = new FakeStudent();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final Meters meters = new Meters(registry);
    private final Tail tail;
    public final Vocabularies vocabularies = new Vocabularies();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> queries;
    private final Map<HeadKey, HeadTags> published = new HashMap<>();
    private final Map<String, PartitionDigest> tallies = new HashMap<>();
    private final Set<String> counters = new TreeSet<>();
    private Instant now = START;

    public TestStream(Role role, Path stateDir) {
        this(role, stateDir, "at_least_once", NO_CACHE);
    }

    /** @param head settings beyond those of {@link #HEAD} */
    public TestStream(Role role, Path stateDir, Map<String, String> head) {
        this(role, stateDir, "at_least_once", NO_CACHE, head(head), null);
    }

    public TestStream(Role role, Path stateDir, HeadSettings head) {
        this(role, stateDir, "at_least_once", NO_CACHE, head, null);
    }

    public TestStream(Role role, Path stateDir, HeadSettings head, TailSettings tail) {
        this(role, stateDir, "at_least_once", tail, head, null);
    }

    public TestStream(Role role, Path stateDir, String guarantee, TailSettings tail) {
        this(role, stateDir, guarantee, tail, HEAD, null);
    }

    /** With a larger student behind the fast one. */
    public TestStream(Role role, Path stateDir, TailSettings tail, Student larger) {
        this(role, stateDir, "at_least_once", tail, HEAD, larger);
    }

    private TestStream(
            Role role,
            Path stateDir,
            String guarantee,
            TailSettings tail,
            HeadSettings head,
            @Nullable Student larger) {
        this.tail = new Tail(tail, Roster.of(student), larger, Taxonomy.ANY, vocabularies, null, "", 1, meters);
        var topology = topology(
                role,
                this.tail,
                vocabularies,
                head,
                guarantee.equals(StreamsConfig.EXACTLY_ONCE_V2),
                meters,
                () -> now);
        var config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, TOPICS.name(Topic.DEAD_LETTERS));
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, WriteFailureHandler.class);
        config.put(DeadLetterHandler.METERS_CONFIG, meters);
        config.put(RecordLimits.CONFIG, LIMITS);
        config.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, EventTime.class);
        config.put(EventTime.CLOCK_CONFIG, (java.time.InstantSource) () -> now);
        driver = new TopologyTestDriver(topology.build(), config, START);
        counters.addAll(counters());
        queries = role == Role.TAIL
                ? driver.createInputTopic(
                        TOPICS.name(Topic.MISSES), new ByteArraySerializer(), new ByteArraySerializer())
                : driver.createInputTopic(
                        TOPICS.name(Topic.QUERIES), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Settings of the head that sample as many hits a second as there are. */
    public static HeadSettings unlimitedSample(Map<String, String> more) {
        var head = head(more);
        return head.withQuality(head.quality().withPerSecond(1_000_000));
    }

    /** {@link #HEAD} with other settings. */
    public static HeadSettings head(Map<String, String> more) {
        var given = new HashMap<>(Map.of("query.max.code.points", "40", "head.heap.bytes", "1048576"));
        given.putAll(more);
        return HeadSettings.with(given).withMaxRowBytes(4_096);
    }

    public static TaggingTopology topology(
            Role role, Tail tail, boolean atomic, Meters meters, java.time.InstantSource clock) {
        return topology(role, tail, new Vocabularies(), HEAD, atomic, meters, clock);
    }

    private static TaggingTopology topology(
            Role role,
            Tail tail,
            Vocabularies vocabularies,
            HeadSettings head,
            boolean atomic,
            Meters meters,
            java.time.InstantSource clock) {
        return new TaggingTopology(
                role,
                TOPICS,
                1,
                serdes(),
                LIMITS,
                head,
                new HeadTasks(head, 1, atomic),
                Taxonomy.ANY,
                new SnapshotCatalog(),
                vocabularies,
                new StudentCatalog("fake@1"),
                () -> tail,
                atomic,
                clock,
                meters);
    }

    public static TopicSerdes serdes() {
        return TopicSerdes.withoutRegistry();
    }

    private static <T extends SpecificRecord> Serde<T> serde(T example) {
        return new SingleObjectSerde<>(example.getSchema());
    }

    /** Makes a snapshot active from an event time, with the rows published so far. */
    public void activate(String snapshot, Instant from) {
        control(new Manifest(List.of(tallies.getOrDefault(snapshot, PartitionDigest.EMPTY)))
                .into(Snapshot.newBuilder())
                .setId(snapshot)
                .setState(SnapshotState.ACTIVE)
                .setCreatedAt(START)
                .setNormaliser(Normaliser.VERSION)
                .setActivations(List.of(from))
                .build());
        watch();
    }

    /** Writes a control record. */
    public void control(Snapshot snapshot) {
        driver.createInputTopic(
                        TOPICS.name(Topic.HEAD_SNAPSHOTS),
                        Serdes.String().serializer(),
                        serdes().value(Topic.HEAD_SNAPSHOTS).serializer())
                .pipeInput(snapshot.getId(), snapshot);
    }

    /** Lets the tasks look at the snapshots. */
    public void watch() {
        for (int i = 0; i < 6; i++) {
            tick();
        }
    }

    /** Publishes a row that tags the whole canonical query with one label. */
    public void publish(String snapshot, String canonical, String label) {
        publish(
                new HeadKey(snapshot, "", canonical),
                row(new Tag(label, canonical, 0, canonical.codePointCount(0, canonical.length()), 1f)));
    }

    /** A good row counts towards the snapshot's manifest, unless the same was published before. */
    public void publish(HeadKey key, HeadTags row) {
        if (row != null && published.put(key, row) == null) {
            long hash = new RowHash().of(new QueryKey(key.getSegment(), key.getQuery()), row);
            tallies.merge(key.getSnapshot(), PartitionDigest.EMPTY.with(hash), (tally, one) -> tally.with(hash));
        }
        pipe(key, row);
    }

    /** Writes a row that no manifest knows. */
    public void pipe(HeadKey key, HeadTags row) {
        driver.createInputTopic(
                        TOPICS.name(Topic.HEAD_TAGS),
                        serdes().key(Topic.HEAD_TAGS).serializer(),
                        serdes().value(Topic.HEAD_TAGS).serializer())
                .pipeInput(key, row);
    }

    public static HeadTags row(Tag... tags) {
        return HeadTags.newBuilder().setTags(List.of(tags)).setTaggedAt(START).build();
    }

    /** Says that an entity of the catalog has changed. */
    public void change(String entity, Instant at) {
        catalogEvent(entity, new CatalogEvent(entity, at));
    }

    public void catalogEvent(@Nullable String key, @Nullable CatalogEvent event) {
        catalogEventRaw(
                key,
                serdes().value(Topic.CATALOG_EVENTS).serializer().serialize(TOPICS.name(Topic.CATALOG_EVENTS), event));
    }

    public void catalogEventRaw(@Nullable String key, byte @Nullable [] event) {
        driver.createInputTopic(
                        TOPICS.name(Topic.CATALOG_EVENTS), Serdes.String().serializer(), new ByteArraySerializer())
                .pipeInput(key, event);
    }

    /** Writes a vocabulary; null: a tombstone. */
    public void vocabulary(@Nullable String key, @Nullable Vocabulary vocabulary) {
        vocabularyRaw(
                key,
                serdes().value(Topic.HEAD_VOCABULARY)
                        .serializer()
                        .serialize(TOPICS.name(Topic.HEAD_VOCABULARY), vocabulary));
    }

    public void vocabularyRaw(@Nullable String key, byte @Nullable [] vocabulary) {
        driver.createInputTopic(
                        TOPICS.name(Topic.HEAD_VOCABULARY), Serdes.String().serializer(), new ByteArraySerializer())
                .pipeInput(key, vocabulary);
    }

    /** What the teacher has been asked for since the last call. */
    public List<TestRecord<String, HeadRequest>> requests() {
        return driver.createOutputTopic(
                        TOPICS.name(Topic.HEAD_REQUESTS),
                        Serdes.String().deserializer(),
                        serdes().value(Topic.HEAD_REQUESTS).deserializer())
                .readRecordsToList();
    }

    public void ask(String id, String text) {
        ask(id, "", text, START);
    }

    public void ask(String id, String segment, String text, Instant eventTime) {
        ask(
                QueryEvent.newBuilder()
                        .setQueryId(id)
                        .setQuery(text)
                        .setSegment(segment)
                        .build(),
                eventTime,
                Map.of());
    }

    public void ask(QueryEvent event, Instant eventTime, Map<String, String> headers) {
        var record = new TestRecord<byte[], byte[]>(
                "key".getBytes(),
                serdes().value(Topic.QUERIES).serializer().serialize(TOPICS.name(Topic.QUERIES), event),
                eventTime);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes()));
        queries.pipeInput(record);
    }

    /** Asks at the time it is now. */
    public void askNow(String id, String text, Priority priority, @Nullable Integer deadlineMs) {
        ask(
                QueryEvent.newBuilder()
                        .setQueryId(id)
                        .setQuery(text)
                        .setPriority(priority)
                        .setDeadlineMs(deadlineMs)
                        .build(),
                now,
                Map.of());
    }

    public void askRaw(byte[] key, byte[] value) {
        queries.pipeInput(key, value, START);
    }

    public List<TestRecord<byte[], Miss>> misses() {
        return driver.createOutputTopic(
                        TOPICS.name(Topic.MISSES),
                        new ByteArrayDeserializer(),
                        serdes().value(Topic.MISSES).deserializer())
                .readRecordsToList();
    }

    public void miss(String key, Miss miss, Headers headers) {
        driver.createInputTopic(
                        TOPICS.name(Topic.MISSES),
                        Serdes.String().serializer(),
                        serdes().value(Topic.MISSES).serializer())
                .pipeInput(new TestRecord<>(key, miss, headers, START));
    }

    /** What has been answered since the last call, without waiting. */
    public List<TestRecord<byte[], TaggedQuery>> answers() {
        return driver.createOutputTopic(
                        TOPICS.name(Topic.TAGGED_QUERIES),
                        new ByteArrayDeserializer(),
                        serdes().value(Topic.TAGGED_QUERIES).deserializer())
                .readRecordsToList();
    }

    /** The next {@code count} answers; lets the wall clock go on while the student works. */
    public List<TestRecord<byte[], TaggedQuery>> await(int count) {
        var got = new ArrayList<>(answers());
        until(() -> {
            if (got.size() < count) {
                tick();
                got.addAll(answers());
            }
            return got.size() >= count;
        });
        return got;
    }

    /** Lets a drain interval pass. */
    public void tick() {
        pass(Duration.ofMillis(10));
    }

    /** Lets the wall clock go on. */
    public void pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    public List<TestRecord<byte[], byte[]>> deadLetters() {
        return driver.createOutputTopic(
                        TOPICS.name(Topic.DEAD_LETTERS), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** What was announced on head-tallies since the last call, the newest of each key. */
    public Map<String, HeadTally> tallies() {
        return driver.createOutputTopic(
                        TOPICS.name(Topic.HEAD_TALLIES),
                        Serdes.String().deserializer(),
                        serdes().value(Topic.HEAD_TALLIES).deserializer())
                .readKeyValuesToMap();
    }

    /** Rows in the head table's store. */
    public int rows() {
        return (int) entries("head-tags").stream()
                .filter(key -> !key.startsWith("\t"))
                .count();
    }

    /** Queries that wait for the head. */
    public List<String> held() {
        return entries("held-queries");
    }

    public double gauge(MeterName name) {
        return registry.get(name.meter()).gauge().value();
    }

    /** Entries in the ledger's store. */
    public List<String> ledger() {
        return entries("ledger");
    }

    private List<String> entries(String store) {
        var entries = new ArrayList<String>();
        try (var all = driver.<String, Object>getKeyValueStore(store).all()) {
            all.forEachRemaining(entry -> entries.add(entry.key));
        }
        return entries;
    }

    public static String header(TestRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value());
    }

    public static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come about within 20 s");
            }
            Thread.onSpinWait();
        }
    }

    /** All counters but those by student and label, which nobody knows beforehand. */
    private Set<String> counters() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getType() == Meter.Type.COUNTER && id.getTag("student") == null)
                .map(id -> id.getName() + id.getTags())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Whatever a test did, every query that came in has gone out or was pending to the end, and every counter was there
     * from the start.
     */
    @Override
    public void close() {
        driver.close();
        tail.close();
        assertThat(meters.queries().figures().missing())
                .as("queries missing of %s", meters.queries().figures())
                .isZero();
        assertThat(counters).as("counters there from the start").containsAll(counters());
    }
}
