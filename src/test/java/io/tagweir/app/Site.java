package io.tagweir.app;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.student.Student;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams.State;

/**
 * One fleet of the application on a cluster that several share: topics, consumer groups and state directories are its
 * own. Used by one thread.
 */
final class Site {

    static final int PARTITIONS = 4;

    /** Generous: whatever is waited for is a matter of seconds, on a busy machine of many. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Map<String, String> given = new TreeMap<>();
    private final Path dir;
    private final LocalCluster cluster;
    private final Settings settings;
    private final Serializer<QueryEvent> events;
    private long rows;

    /**
     * Creates the topics, named after the site.
     *
     * @param dir holds the state directories of the site's instances
     * @param more settings beyond addresses, names and directories
     */
    Site(LocalCluster cluster, String name, Path dir, Map<String, String> more) {
        this.dir = dir;
        this.cluster = cluster;
        given.put(AppSettings.BOOTSTRAP_SERVERS, cluster.bootstrapServers());
        given.put("schema.registry.url", cluster.registryUrl());
        given.put(AppSettings.APPLICATION_ID, name);
        given.put(Topics.PREFIX, name + "-");
        given.putAll(more);
        settings = Settings.of(given);
        events = settings.serdes().value(Topic.QUERIES).serializer();
        LocalTopics.create(cluster, settings.topics(), PARTITIONS);
    }

    /** What the settings of an instance are read from. */
    Map<String, String> given(String instance, Map<String, String> more) {
        var all = new TreeMap<>(given);
        all.put(StreamsSettings.STATE_DIR, dir.resolve(instance).toString());
        all.putAll(more);
        return all;
    }

    /** What holds for every instance. */
    Settings settings() {
        return settings;
    }

    /** Publishes and activates a snapshot whose rows tag the whole query with the snapshot's id as the label. */
    void publish(String snapshot, Instant from, Collection<String> queries) {
        var teacher = queries.stream().map(query -> row(snapshot, query)).iterator();
        try (var publisher = SnapshotCommand.publisher(settings)) {
            rows += publisher
                    .publish(snapshot, "test", teacher, count -> {})
                    .snapshot()
                    .getRows();
            publisher.activate(snapshot, from);
        }
    }

    /** A row that tags the whole query with the label. */
    static HeadRow row(String label, String query) {
        var tag = new Tag(label, query, 0, query.codePointCount(0, query.length()), 1f);
        var tags = HeadTags.newBuilder()
                .setTags(List.of(tag))
                .setTaggedAt(Instant.EPOCH)
                .build();
        return new HeadRow(new QueryKey("", query), tags);
    }

    /** An instance in this process, returned once it runs. */
    Application start(String instance, Student student, Map<String, String> more) {
        var own = Settings.of(given(instance, more));
        var application =
                Application.around(own, PARTITIONS, own.app().role().runsTail() ? student : null, Clock.systemUTC());
        Await.until(instance + " to run", PATIENCE, () -> application.state() == State.RUNNING);
        return application;
    }

    /** Waits until a first instance has stored every row published so far. */
    void awaitRows(Application first) {
        Await.until(
                "the head table to be loaded",
                PATIENCE,
                () -> first.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED) >= rows);
    }

    /** Makes one more topic; returns its name. */
    String createTopic(String name) {
        cluster.createTopics(List.of(LocalTopic.kept(name, PARTITIONS)));
        return name;
    }

    /** A query event with a deadline, in wire format. */
    byte[] event(String id, String text, int deadlineMs) {
        var event = QueryEvent.newBuilder()
                .setQueryId(id)
                .setQuery(text)
                .setDeadlineMs(deadlineMs)
                .build();
        return events.serialize(settings.topics().name(Topic.QUERIES), event);
    }

    Sender sender() {
        return new Sender(settings);
    }

    /** A query event in wire format. */
    byte[] event(String id, String text) {
        var event = QueryEvent.newBuilder().setQueryId(id).setQuery(text).build();
        return events.serialize(settings.topics().name(Topic.QUERIES), event);
    }

    Outputs outputs() {
        return new Outputs(settings);
    }
}
