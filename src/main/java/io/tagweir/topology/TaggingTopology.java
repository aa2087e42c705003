package io.tagweir.topology;

import static io.tagweir.head.ChildNodes.DIRECT;
import static io.tagweir.head.ChildNodes.REROUTED;

import io.tagweir.avro.Held;
import io.tagweir.avro.Miss;
import io.tagweir.avro.QueryEvent;
import io.tagweir.control.ReadControlRecords;
import io.tagweir.head.AskTeacher;
import io.tagweir.head.ChildNodes;
import io.tagweir.head.HeadSettings;
import io.tagweir.head.HeadTasks;
import io.tagweir.head.HitEncoder;
import io.tagweir.head.IncomingQuery;
import io.tagweir.head.IncomingQuerySerde;
import io.tagweir.head.LookUpHead;
import io.tagweir.head.LookupResult;
import io.tagweir.head.LookupResult.ForTail;
import io.tagweir.head.LookupResult.TeacherRequest;
import io.tagweir.head.LookupResult.WrongPartition;
import io.tagweir.head.ReadCatalogEvents;
import io.tagweir.head.StoreHeadTags;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryAccount.Source;
import io.tagweir.query.QueryKey;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
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
 * The topology: a query is looked up in the head table that the teacher published; if it isn't there, the student tags
 * it.
 *
 * <p>Read this class first. The head is one sub-topology: a query that is already in the partition of its canonical key
 * goes directly to the lookup, and only the others take the repartition hop. Head and tail share nothing but the
 * {@link Miss}, so either can run alone. The role {@code all} passes misses in memory, {@code head} and {@code tail}
 * through the topic {@code misses}. An answer has the key and headers of its query.
 *
 * @param partitions partitions of {@code head-tags}, and so of the head table and the repartition hop
 * @param limits size limits of queries and misses
 * @param tasks head tasks of this process; not used in the role {@code tail}
 * @param taxonomy labels that head tags may have
 * @param vocabularies filled if the role runs the tail
 * @param students filled if the role runs the tail
 * @param tail called by each tail task that starts; never in the role {@code head}
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

    /** Name of the repartition hop to the partition of the canonical key, and so of its topic. */
    public static final String QUERIES_BY_KEY = "queries-by-key";

    private static final String READ_QUERIES = "read-queries";
    private static final String READ_MISSES = "read-misses";
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    /** What a source node reads queries from; empty if it reads something else. */
    static Optional<Source> source(String node) {
        return switch (node) {
            case READ_QUERIES -> Optional.of(Source.QUERIES);
            case READ_MISSES -> Optional.of(Source.MISSES);
            case QUERIES_BY_KEY + "-repartition-source" -> Optional.of(Source.HOP);
            default -> Optional.empty();
        };
    }

    public Topology build() {
        var builder = new StreamsBuilder();
        if (role.runsTail()) {
            readControl(
                    builder,
                    topics.name(Topic.STUDENTS),
                    "students",
                    "read-students",
                    serdes.value(Topic.STUDENTS),
                    () -> new ReadControlRecords<>(students, this::controlRefused));
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
                                                counters()
                                                        .written(
                                                                serdes.value(Topic.MISSES), QueryCounters::missWritten))
                                        .withName("write-misses"));
            case TAIL ->
                tail(
                        builder,
                        builder.stream(
                                topics.name(Topic.MISSES),
                                Consumed.with(
                                                SizeLimitedSerde.keys(BYTES, limits),
                                                SizeLimitedSerde.values(serdes.value(Topic.MISSES), limits))
                                        .withTimestampExtractor(counters().read(Source.MISSES, new EventTime(clock)))
                                        .withName(READ_MISSES)));
        }
        return builder.build();
    }

    /** Answers what is in the head table; returns the misses, and a sample of hits to measure the student by. */
    private KStream<byte[], Miss> head(StreamsBuilder builder) {
        readControl(
                builder,
                topics.name(Topic.HEAD_SNAPSHOTS),
                "snapshots",
                "read-snapshots",
                serdes.value(Topic.HEAD_SNAPSHOTS),
                () -> new ReadControlRecords<>(snapshots, this::controlRefused));
        readCatalogEvents(builder);
        tasks.stores(new SingleObjectSerde<>(Held.getClassSchema())).forEach(builder::addStateStore);
        builder.stream(
                        topics.name(Topic.HEAD_TAGS),
                        Consumed.with(serdes.key(Topic.HEAD_TAGS), serdes.value(Topic.HEAD_TAGS))
                                .withTimestampExtractor(this::timeOfReading)
                                .withName("read-head-tags"))
                .process(
                        () -> new StoreHeadTags(tasks, snapshots, taxonomy, clock, meters),
                        Named.as("store-head-tags"),
                        HeadTasks.storeNames())
                .to(
                        topics.name(Topic.HEAD_TALLIES),
                        Produced.with(Serdes.String(), serdes.value(Topic.HEAD_TALLIES))
                                .withName("write-head-tallies"));

        var queries = new IncomingQuerySerde(serdes.value(Topic.QUERIES), head.maxQueryLength());
        var direct = builder.stream(
                        topics.name(Topic.QUERIES),
                        Consumed.with(SizeLimitedSerde.keys(BYTES, limits), SizeLimitedSerde.values(queries, limits))
                                .withTimestampExtractor(counters().read(Source.QUERIES, new EventTime(clock)))
                                .withName(READ_QUERIES))
                .process(
                        counters().first(Source.QUERIES, () -> lookUp(DIRECT)),
                        Named.as("look-up-head"),
                        HeadTasks.storeNames());
        answer(direct, DIRECT);
        var hop = new IncomingQuerySerde(new SingleObjectSerde<>(QueryEvent.getClassSchema()), head.maxQueryLength());
        var rerouted = direct.map(
                        (key, result) -> KeyValue.pair(new RepartitionKey(key), ((WrongPartition) result).query()),
                        Named.as(DIRECT.reroute()))
                .repartition(byKey(counters().written(hop, (account, query) -> account.rerouted()), partitions))
                .selectKey((key, query) -> key.bytes(), Named.as("restore-record-key"))
                .process(
                        counters().first(Source.HOP, () -> lookUp(REROUTED)),
                        Named.as("look-up-rerouted"),
                        HeadTasks.storeNames());
        answer(rerouted, REROUTED);
        askTeacher(requests(direct, DIRECT).merge(requests(rerouted, REROUTED), Named.as("all-teacher-requests")));
        return misses(direct, DIRECT).merge(misses(rerouted, REROUTED), Named.as("all-misses"));
    }

    private void answer(KStream<byte[], LookupResult> results, ChildNodes children) {
        results.to(
                topics.name(Topic.TAGGED_QUERIES),
                Produced.with(BYTES, counters().written(LookupResult.answers(), (account, hit) -> account.answered()))
                        .withName(children.hit()));
    }

    private QueryCounters counters() {
        return new QueryCounters(meters.queries());
    }

    /**
     * Gives rows the time at which they are read, so that a waiting query, which is older, goes first: a task takes the
     * input with the earliest timestamp. With the time of writing, queries would wait for all older rows of a
     * publication that is read more slowly than it is written.
     */
    private long timeOfReading(ConsumerRecord<Object, Object> row, long partitionTime) {
        return clock.millis();
    }

    private static KStream<byte[], Miss> misses(KStream<byte[], LookupResult> results, ChildNodes children) {
        return results.mapValues(result -> ((ForTail) result).miss(), Named.as(children.miss()));
    }

    private static KStream<byte[], TeacherRequest> requests(
            KStream<byte[], LookupResult> results, ChildNodes children) {
        return results.mapValues(result -> (TeacherRequest) result, Named.as(children.request()));
    }

    private void askTeacher(KStream<byte[], TeacherRequest> requests) {
        requests.process(() -> new AskTeacher(head.requests(), clock, meters), Named.as("ask-teacher"))
                .to(
                        topics.name(Topic.HEAD_REQUESTS),
                        Produced.with(Serdes.String(), serdes.value(Topic.HEAD_REQUESTS))
                                .withName("write-head-requests"));
    }

    private LookUpHead lookUp(ChildNodes children) {
        return new LookUpHead(
                tasks,
                children,
                snapshots,
                () -> new HitEncoder(
                        serdes.value(Topic.TAGGED_QUERIES).serializer(), topics.name(Topic.TAGGED_QUERIES)),
                clock,
                meters);
    }

    private static Repartitioned<RepartitionKey, IncomingQuery> byKey(Serde<IncomingQuery> queries, int partitions) {
        return Repartitioned.<RepartitionKey, IncomingQuery>as(QUERIES_BY_KEY)
                .withKeySerde(RepartitionKey.serde())
                .withValueSerde(queries)
                .withNumberOfPartitions(partitions)
                .withStreamPartitioner((topic, key, query, count) ->
                        Optional.of(Set.of(query.key().partition(count))));
    }

    private void controlRefused(String reason) {
        meters.controlRefused(ControlRefusal.valueOf(reason));
    }

    private void readCatalogEvents(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(ReadCatalogEvents.STORE), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topics.name(Topic.CATALOG_EVENTS),
                Consumed.with(Serdes.String(), serdes.value(Topic.CATALOG_EVENTS))
                        .withName("read-catalog-events"),
                () -> new ReadCatalogEvents(meters));
    }

    /**
     * Reads a topic of control records through the global thread. The store that Kafka Streams asks for stays empty.
     */
    private static <T> void readControl(
            StreamsBuilder builder,
            String topic,
            String store,
            String node,
            Serde<T> serde,
            Supplier<ReadControlRecords<T>> processor) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(store), Serdes.String(), BYTES)
                        .withLoggingDisabled(),
                topic,
                Consumed.with(Serdes.String(), serde).withName(node),
                processor::get);
    }

    private <K> void tail(StreamsBuilder builder, KStream<K, Miss> misses) {
        readControl(
                builder,
                topics.name(Topic.HEAD_VOCABULARY),
                "vocabularies",
                "read-head-vocabulary",
                serdes.value(Topic.HEAD_VOCABULARY),
                () -> new ReadControlRecords<>(vocabularies, reason -> controlRefused(Vocabularies.VIOLATION)));
        var tagTail = TagTail.<K>supplier(tail, atomic, clock, meters);
        misses.process(role == Role.TAIL ? counters().first(Source.MISSES, tagTail) : tagTail, Named.as("tag-tail"))
                .to(
                        topics.name(Topic.TAGGED_QUERIES),
                        Produced.with(
                                        BYTES,
                                        counters()
                                                .written(
                                                        serdes.value(Topic.TAGGED_QUERIES),
                                                        (account, answer) -> account.answered()))
                                .withName("write-tail-answers"));
    }
}
