package io.tagweir.topology;

import static io.tagweir.head.NextNodes.REROUTED;
import static io.tagweir.head.NextNodes.STRAIGHT;

import io.tagweir.avro.Held;
import io.tagweir.avro.Miss;
import io.tagweir.avro.QueryEvent;
import io.tagweir.head.AskTeacher;
import io.tagweir.head.HeadSettings;
import io.tagweir.head.HeadTasks;
import io.tagweir.head.HitEncoder;
import io.tagweir.head.IncomingQuery;
import io.tagweir.head.IncomingQuerySerde;
import io.tagweir.head.LookUpHead;
import io.tagweir.head.NextNodes;
import io.tagweir.head.Outcome;
import io.tagweir.head.Outcome.Elsewhere;
import io.tagweir.head.Outcome.ForTail;
import io.tagweir.head.Outcome.Wanted;
import io.tagweir.head.ReadCatalogEvents;
import io.tagweir.head.StoreHeadTags;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryAccount.Source;
import io.tagweir.query.QueryKey;
import io.tagweir.roster.ReadStudents;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.ReadSnapshots;
import io.tagweir.snapshot.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
import io.tagweir.tail.ReadVocabulary;
import io.tagweir.tail.TagTail;
import io.tagweir.tail.Tail;
import io.tagweir.tail.Vocabularies;
import io.tagweir.wire.SingleObjectSerde;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: a query is looked up in the head table the teacher published; if it isn't there, the student tags it.
 *
 * <p>Read this class first. The head is one sub-topology, because a query that already lies in the partition of its key
 * goes straight to the lookup; only the others take the repartition hop. Head and tail meet in nothing but the
 * {@link Miss}, so either runs alone: the role {@code all} hands misses over in memory, {@code head} and {@code tail}
 * through the topic {@code misses}. Keys and headers of a query are its answer's too.
 *
 * @param partitions partitions of {@code head-tags}, and so of the head table and of the repartition hop
 * @param limits of the queries and misses that are read
 * @param tasks the tasks of the head that this process runs; of no use in the role {@code tail}
 * @param taxonomy labels that head tags may carry
 * @param vocabularies filled by the roles that run the tail
 * @param students filled in a role that runs the tail
 * @param tail given to each task of the tail that starts; never asked in the role {@code head}
 * @param atomic whether the application runs under {@code exactly_once_v2}
 */
public record TaggingTopology(
        Role role,
        Topics topics,
        int partitions,
        TopicSerdes serdes,
        RecordLimits limits,
        HeadSettings head,
        HeadTasks tasks,
        Taxonomy taxonomy,
        SnapshotCatalog snapshots,
        Vocabularies vocabularies,
        StudentCatalog students,
        Supplier<Tail> tail,
        boolean atomic,
        InstantSource clock,
        Meters meters) {

    /** Name of the hop a query takes to the partition of its key, and so of its topic. */
    public static final String QUERIES_BY_KEY = "queries-by-key";

    private static final String READ_QUERIES = "read-queries";
    private static final String READ_MISSES = "read-misses";
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    /** What queries are read from behind this source node; empty: it reads something else. */
    static Optional<Source> source(String node) {
        return switch (node) {
            case READ_QUERIES -> Optional.of(Source.QUERIES);
            case READ_MISSES -> Optional.of(Source.MISSES);
            case QUERIES_BY_KEY + "-repartition-source" -> Optional.of(Source.HOP);
            default -> Optional.empty();
        };
    }

    public Topology build() {
        CounterStarts.of(meters);
        var builder = new StreamsBuilder();
        if (role.runsTail()) {
            readStudents(builder);
        }
        switch (role) {
            case ALL -> tail(builder, head(builder));
            case HEAD ->
                head(builder)
                        .selectKey(
                                (key, miss) -> new QueryKey(miss.getSegment(), miss.getCanonicalQuery()).text(),
                                Named.as("key-miss"))
                        .to(
                                topics.name(Topic.MISSES),
                                Produced.with(
                                                Serdes.String(),
                                                edges().written(serdes.value(Topic.MISSES), QueryEdges::missWritten))
                                        .withName("write-misses"));
            case TAIL ->
                tail(
                        builder,
                        builder.stream(
                                topics.name(Topic.MISSES),
                                Consumed.with(
                                                BoundedSerde.keys(BYTES, limits),
                                                BoundedSerde.values(serdes.value(Topic.MISSES), limits))
                                        .withTimestampExtractor(edges().read(Source.MISSES, new EventTime(clock)))
                                        .withName(READ_MISSES)));
        }
        return builder.build();
    }

    /** Answers what the head holds; returns what it doesn't, and of what it does a sample to measure the student by. */
    private KStream<byte[], Miss> head(StreamsBuilder builder) {
        readSnapshots(builder);
        readCatalogEvents(builder);
        tasks.stores(new SingleObjectSerde<>(Held.getClassSchema())).forEach(builder::addStateStore);
        builder.stream(
                        topics.name(Topic.HEAD_TAGS),
                        Consumed.with(serdes.key(Topic.HEAD_TAGS), serdes.value(Topic.HEAD_TAGS))
                                .withTimestampExtractor(this::lastInLine)
                                .withName("read-head-tags"))
                .process(
                        () -> new StoreHeadTags(tasks, snapshots, taxonomy, clock, meters),
                        Named.as("store-head-tags"),
                        HeadTasks.storeNames())
                .to(
                        topics.name(Topic.HEAD_TALLIES),
                        Produced.with(Serdes.String(), serdes.value(Topic.HEAD_TALLIES)).withName("write-head-tallies"));

        var queries = new IncomingQuerySerde(serdes.value(Topic.QUERIES), head.maxQueryLength());
        var straight = builder.stream(
                        topics.name(Topic.QUERIES),
                        Consumed.with(BoundedSerde.keys(BYTES, limits), BoundedSerde.values(queries, limits))
                                .withTimestampExtractor(edges().read(Source.QUERIES, new EventTime(clock)))
                                .withName(READ_QUERIES))
                .process(
                        edges().first(Source.QUERIES, () -> lookUp(STRAIGHT)),
                        Named.as("look-up-head"),
                        HeadTasks.storeNames());
        answer(straight, STRAIGHT);
        var hop = new IncomingQuerySerde(new SingleObjectSerde<>(QueryEvent.getClassSchema()), head.maxQueryLength());
        var rerouted = straight.map(
                        (key, outcome) -> KeyValue.pair(new RecordKey(key), ((Elsewhere) outcome).query()),
                        Named.as(STRAIGHT.elsewhere()))
                .repartition(byKey(edges().written(hop, (account, query) -> account.rerouted()), partitions))
                .selectKey((key, query) -> key.bytes(), Named.as("restore-record-key"))
                .process(
                        edges().first(Source.HOP, () -> lookUp(REROUTED)),
                        Named.as("look-up-rerouted"),
                        HeadTasks.storeNames());
        answer(rerouted, REROUTED);
        askTeacher(wanted(straight, STRAIGHT).merge(wanted(rerouted, REROUTED), Named.as("all-wanted")));
        return misses(straight, STRAIGHT).merge(misses(rerouted, REROUTED), Named.as("all-misses"));
    }

    private void answer(KStream<byte[], Outcome> outcomes, NextNodes next) {
        outcomes.to(
                topics.name(Topic.TAGGED_QUERIES),
                Produced.with(BYTES, edges().written(Outcome.answers(), (account, hit) -> account.answered()))
                        .withName(next.hit()));
    }

    private QueryEdges edges() {
        return new QueryEdges(meters.queries());
    }

    /**
     * Rows count as of the moment they are next in line, so that a query that is waiting, which is older, goes first:
     * of several inputs a task takes the one with the earliest time. By the time they were written, a publication that
     * is read slower than it is written would have every query wait for all rows that are older.
     */
    private long lastInLine(ConsumerRecord<Object, Object> row, long partitionTime) {
        return clock.millis();
    }

    private static KStream<byte[], Miss> misses(KStream<byte[], Outcome> outcomes, NextNodes next) {
        return outcomes.mapValues(outcome -> ((ForTail) outcome).miss(), Named.as(next.miss()));
    }

    private static KStream<byte[], Wanted> wanted(KStream<byte[], Outcome> outcomes, NextNodes next) {
        return outcomes.mapValues(outcome -> (Wanted) outcome, Named.as(next.wanted()));
    }

    private void askTeacher(KStream<byte[], Wanted> wanted) {
        wanted.process(() -> new AskTeacher(head.requests(), clock, meters), Named.as("ask-teacher"))
                .to(
                        topics.name(Topic.HEAD_REQUESTS),
                        Produced.with(Serdes.String(), serdes.value(Topic.HEAD_REQUESTS)).withName("write-head-requests"));
    }

    private LookUpHead lookUp(NextNodes next) {
        return new LookUpHead(
                tasks,
                next,
                snapshots,
                () -> new HitEncoder(serdes.value(Topic.TAGGED_QUERIES).serializer(), topics.name(Topic.TAGGED_QUERIES)),
                clock,
                meters);
    }

    private static Repartitioned<RecordKey, IncomingQuery> byKey(Serde<IncomingQuery> queries, int partitions) {
        return Repartitioned.<RecordKey, IncomingQuery>as(QUERIES_BY_KEY)
                .withKeySerde(RecordKey.serde())
                .withValueSerde(queries)
                .withNumberOfPartitions(partitions)
                .withStreamPartitioner((topic, key, query, count) ->
                        Optional.of(Set.of(query.key().partition(count))));
    }

    private void readSnapshots(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(ReadSnapshots.STORE), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topics.name(Topic.HEAD_SNAPSHOTS),
                Consumed.with(Serdes.String(), serdes.value(Topic.HEAD_SNAPSHOTS)).withName("read-snapshots"),
                () -> new ReadSnapshots(snapshots, meters::controlRefused));
    }

    private void readCatalogEvents(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(ReadCatalogEvents.STORE), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topics.name(Topic.CATALOG_EVENTS),
                Consumed.with(Serdes.String(), serdes.value(Topic.CATALOG_EVENTS)).withName("read-catalog-events"),
                () -> new ReadCatalogEvents(meters));
    }

    private void readStudents(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(ReadStudents.STORE), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topics.name(Topic.STUDENTS),
                Consumed.with(Serdes.String(), serdes.value(Topic.STUDENTS)).withName("read-students"),
                () -> new ReadStudents(students, meters::controlRefused));
    }

    private void readVocabulary(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(ReadVocabulary.STORE), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topics.name(Topic.HEAD_VOCABULARY),
                Consumed.with(Serdes.String(), serdes.value(Topic.HEAD_VOCABULARY)).withName("read-head-vocabulary"),
                () -> new ReadVocabulary(vocabularies, meters));
    }

    private <K> void tail(StreamsBuilder builder, KStream<K, Miss> misses) {
        readVocabulary(builder);
        var tagTail = TagTail.<K>supplier(tail, atomic, clock, meters);
        misses.process(role == Role.TAIL ? edges().first(Source.MISSES, tagTail) : tagTail, Named.as("tag-tail"))
                .to(
                        topics.name(Topic.TAGGED_QUERIES),
                        Produced.with(BYTES, edges().written(serdes.value(Topic.TAGGED_QUERIES), (account, answer) -> account.answered()))
                                .withName("write-tail-answers"));
    }
}
