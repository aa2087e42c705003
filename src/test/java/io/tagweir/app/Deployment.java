package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.app.local.LocalTopics;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.StreamsSettings;
import io.tagweir.app.settings.Settings;
import static io.tagweir.testing.Eventually.await;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.student.Student;
import io.tagweir.testing.FakeStudent;
import io.tagweir.topology.Topic;
import io.tagweir.topology.TopicSerdes;
import io.tagweir.topology.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.KafkaStreams.State;
import org.jspecify.annotations.Nullable;

/**
 * A deployment of the application on a {@link TestCluster}: topics, consumer groups and state directories are its own.
 * What it opens is closed at the end of the test, the last first. Used by one thread.
 */
final class Deployment {

    static final int PARTITIONS = 4;

    /** Settings with which the group and the broker notice a crash as soon as Kafka's defaults allow. */
    static final String EARLY_CRASH_DETECTION = """
            kafka.session.timeout.ms=6000
            kafka.heartbeat.interval.ms=1500
            kafka.producer.transaction.timeout.ms=6000""";

    private final String name;
    private final Map<String, String> given = new TreeMap<>();
    private final Path dir;
    private final Deque<AutoCloseable> open;
    private final Settings settings;
    private final TopicSerdes serdes;
    private @Nullable TestProducer producer;
    private @Nullable Outputs outputs;
    private long rows;

    /** See {@link TestCluster#deployment}. */
    Deployment(LocalCluster cluster, String name, Path dir, Deque<AutoCloseable> open, String... more) {
        this.name = name;
        this.dir = dir;
        this.open = open;
        given.put(AppSettings.BOOTSTRAP_SERVERS, cluster.bootstrapServers());
        given.put("schema.registry.url", cluster.registryUrl());
        given.put(AppSettings.APPLICATION_ID, name);
        given.put(Topics.PREFIX, topic(""));
        given.putAll(parse(more));
        settings = Settings.of(given);
        serdes = settings.serdes();
        LocalTopics.create(cluster, settings.topics(), PARTITIONS);
    }

    /** Reads lines of {@code key=value}. */
    static Map<String, String> parse(String... lines) {
        var parsed = new TreeMap<String, String>();
        Stream.of(lines).flatMap(String::lines).forEach(line -> {
            int sign = line.indexOf('=');
            parsed.put(line.substring(0, sign), line.substring(sign + 1));
        });
        return parsed;
    }

    /** The settings that all instances share. */
    Settings settings() {
        return settings;
    }

    Settings settings(String instance, String... more) {
        return Settings.of(given(instance, more));
    }

    private Map<String, String> given(String instance, String... more) {
        var all = new TreeMap<>(given);
        all.put(StreamsSettings.STATE_DIR, stateDir(instance).toString());
        all.putAll(parse(more));
        return all;
    }

    Path stateDir(String instance) {
        return dir.resolve(instance);
    }

    String topic(Topic<?, ?> topic) {
        return settings.topics().name(topic);
    }

    /** The name of a topic of its own that is not in the contract. */
    String topic(String suffix) {
        return name + "-" + suffix;
    }

    // ---- snapshots

    /** Publishes and activates a snapshot whose rows tag the whole query with the snapshot's id as the label. */
    void publish(String snapshot, Instant from, Collection<String> queries) {
        seal(snapshot, queries);
        activate(snapshot, from);
    }

    void publish(String snapshot, Instant from, HeadRow... teacher) {
        seal(snapshot, List.of(teacher).iterator());
        activate(snapshot, from);
    }

    /** Publishes a snapshot without activating it. */
    void seal(String snapshot, Collection<String> queries) {
        seal(snapshot, queries.stream().map(query -> Rows.row(snapshot, query)).iterator());
    }

    void seal(String snapshot, Iterator<HeadRow> teacher) {
        try (var publisher = SnapshotTopics.publisher(settings)) {
            rows += publisher
                    .publish(snapshot, "test", teacher, count -> {})
                    .snapshot()
                    .getRows();
        }
    }

    /** Activates a sealed snapshot without asking the gate. */
    void activate(String snapshot, Instant from) {
        try (var publisher = SnapshotTopics.publisher(settings)) {
            publisher.activate(snapshot, from);
        }
    }

    /** The control record of a snapshot. */
    Snapshot snapshot(String id) {
        return SnapshotTopics.control(settings).read().require(id);
    }

    /** The canonical queries of the rows that {@code head-tags} now holds of a snapshot, in order. */
    List<String> storedQueries(String snapshot) {
        var found = new TreeSet<String>();
        var headTags = SnapshotTopics.headTags(settings);
        for (int i = 0; i < PARTITIONS; i++) {
            headTags.read(i, new HeadTagsTopic.Reader() {
                @Override
                public void row(HeadKey key, HeadTags row) {
                    if (key.getSnapshot().equals(snapshot)) {
                        if (row == null) {
                            found.remove(key.getQuery());
                        } else {
                            found.add(key.getQuery());
                        }
                    }
                }

                @Override
                public void undecodable(long offset, String why) {
                    throw new AssertionError(why);
                }
            });
        }
        return List.copyOf(found);
    }

    // ---- instances

    /** Starts an instance with a {@link FakeStudent} in this process, and waits until it runs. */
    Application start(String instance, String... more) {
        return start(instance, new FakeStudent(), more);
    }

    Application start(String instance, Student student, String... more) {
        var own = settings(instance, more);
        return start(() ->
                Application.around(own, PARTITIONS, own.app().role().runsTail() ? student : null, Clock.systemUTC()));
    }

    Application start(Supplier<Application> starting) {
        var application = starting.get();
        open.push(application);
        await("the application to run", () -> application.state() == State.RUNNING);
        return application;
    }

    ApplicationProcess startProcess(String instance, String... more) {
        var lines = new ArrayList<String>();
        given(instance, more).forEach((key, value) -> lines.add(key + "=" + value));
        var process = ApplicationProcess.start(lines);
        open.push(process);
        return process;
    }

    void deleteState(String instance) throws IOException {
        Directories.delete(stateDir(instance));
    }

    /** Waits until an instance that started empty has stored every row published so far. */
    void awaitRows(Application application) {
        await(
                "the head table to be loaded",
                () -> application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED) >= rows);
    }

    /** Waits until the only instance has verified the active snapshot in every partition. */
    void awaitVerified(Application application) {
        await("every partition to be verified", () -> application.primed(Instant.now()) == PARTITIONS);
    }

    // ---- commands

    /** Runs a command with the settings of this deployment, in this process. */
    CommandResult command(Object... words) {
        return CommandResult.of(arguments(words));
    }

    /** What is typed for a command with the settings of this deployment. */
    List<String> arguments(Object... words) {
        return arguments("command", Stream.of(words).map(Object::toString).toList());
    }

    /** What is typed for a command with the settings of an instance. */
    List<String> arguments(String instance, List<String> words, String... more) {
        var arguments = new ArrayList<>(words);
        given(instance, more).forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    // ---- records in

    /** Sends a query of now, with a record key of each {@link KeyKind} in turn. */
    void query(String id, String canonical) {
        query(id, canonical, null);
    }

    /** @param time its event time; null: now */
    void query(String id, String canonical, @Nullable Instant time) {
        producer().query(id, canonical, event(id, canonical), time);
    }

    void query(QueryEvent event, @Nullable Instant time) {
        var key = new QueryKey(event.getSegment(), event.getQuery());
        producer().query(event.getQueryId(), key.text(), bytes(Topic.QUERIES, event), time);
    }

    /** Sends a query and waits for its answer. */
    TaggedQuery ask(String id, String canonical) {
        query(id, canonical);
        return outputs().await(id);
    }

    /** A query event in wire format. */
    byte[] event(String id, String text) {
        return bytes(
                Topic.QUERIES,
                QueryEvent.newBuilder().setQueryId(id).setQuery(text).build());
    }

    /** Writes a row, {@code shift} partitions away from the one it belongs in. */
    void writeRow(String snapshot, HeadRow row, int shift) {
        writeRow(snapshot, row, bytes(Topic.HEAD_TAGS, row.tags()), shift);
    }

    /** @param value instead of the row's tags; null: a tombstone */
    void writeRow(String snapshot, HeadRow row, byte @Nullable [] value, int shift) {
        var query = row.key();
        var key = new HeadKey(snapshot, query.segment(), query.canonical());
        producer()
                .write(new ProducerRecord<>(
                        topic(Topic.HEAD_TAGS),
                        (query.partition(PARTITIONS) + shift) % PARTITIONS,
                        serdes.key(Topic.HEAD_TAGS).serializer().serialize(topic(Topic.HEAD_TAGS), key),
                        value));
    }

    void writeControl(Snapshot control) {
        write(Topic.HEAD_SNAPSHOTS, control.getId(), control);
    }

    /** Writes a record and waits until the broker has it. */
    <V> void write(Topic<?, V> topic, @Nullable String key, V value) {
        writeBytes(topic, key, bytes(topic, value));
    }

    /** Writes a record whose value may be anything, and waits until the broker has it. */
    RecordMetadata writeBytes(Topic<?, ?> topic, @Nullable String key, byte @Nullable [] value) {
        return producer().write(new ProducerRecord<>(topic(topic), key == null ? null : key.getBytes(UTF_8), value));
    }

    /** A value in wire format. */
    <V> byte[] bytes(Topic<?, V> topic, V value) {
        return serdes.value(topic).serializer().serialize(topic(topic), value);
    }

    TestProducer producer() {
        if (producer == null) {
            producer = new TestProducer(settings);
            open.push(producer);
        }
        return producer;
    }

    // ---- records out

    /** What has come out of it. The first call opens the consumer. */
    Outputs outputs() {
        if (outputs == null) {
            outputs = new Outputs(settings);
            open.push(outputs);
        }
        return outputs;
    }
}
