package io.tagweir.app.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.app.bench.SystemUnderTest.Running;
import io.tagweir.app.run.Application;
import io.tagweir.app.run.StreamsConfiguration;
import io.tagweir.app.settings.Settings;
import io.tagweir.bench.DirectStudent;
import io.tagweir.bench.NaiveTopology;
import io.tagweir.bench.PassThrough;
import io.tagweir.meter.Meters;
import io.tagweir.student.OnnxStudent;
import io.tagweir.topology.RocksDbBudget;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Tagweir and its peers, created on first use, with their heads loaded. Owned by one thread. */
final class Systems {

    /** Kafka's default, from which a table gains. Tagweir has a heap cache of its own instead. */
    private static final long STORE_CACHE_BYTES = 10L << 20;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final BenchContext context;
    private final Map<String, String> base;
    private final OnnxStudent student;
    private final Path dir;
    private final PassThrough passThrough;
    private final Map<Integer, SystemUnderTest> byRows = new TreeMap<>();

    /**
     * @param base settings that name the cluster
     * @param dir gets the state directories
     */
    Systems(BenchContext context, Map<String, String> base, OnnxStudent student, Path dir) {
        this.context = context;
        this.base = Map.copyOf(base);
        this.student = student;
        this.dir = dir;
        this.passThrough = new PassThrough(
                context.serdes().value(Topic.QUERIES), context.serdes().value(Topic.TAGGED_QUERIES), context.clock());
    }

    /** {@code 10k} for 10 thousand, {@code 1m} for a million. */
    static String size(int rows) {
        return rows % 1_000_000 == 0 ? rows / 1_000_000 + "m" : rows / 1_000 + "k";
    }

    /** Tagweir with the small head. */
    SystemUnderTest small() {
        return tagweir(BenchContext.SMALL_HEAD);
    }

    /** Tagweir with a head of so many rows. */
    SystemUnderTest tagweir(int rows) {
        return byRows.computeIfAbsent(rows, count -> loaded(size(count), count));
    }

    /** Tagweir named {@code head-} and {@code suffix}, with a loaded head of its own. */
    SystemUnderTest loaded(String suffix, int rows) {
        var system = empty(suffix);
        new HeadWriter(context, system.settings().topics()).write(rows);
        context.load(system);
        return system;
    }

    /** Tagweir named {@code head-} and {@code suffix}, with topics and a state of its own, and an empty head. */
    SystemUnderTest empty(String suffix) {
        var given = given("tagweir-" + suffix);
        given.put(
                Topics.NAMES,
                "head-tags=" + context.cluster().create("head-tags-" + suffix) + ",head-snapshots="
                        + context.cluster().create("head-snapshots-" + suffix, 1));
        return new SystemUnderTest("head-" + suffix, given, this::startTagweir);
    }

    private Running startTagweir(Settings settings) {
        int partitions = context.cluster().partitions();
        var application = Application.around(settings, partitions, student, context.clock());
        try {
            application.awaitRunning();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return new Running(
                () -> BenchCluster.until(
                        "the head to be verified",
                        () -> application.primed(context.clock().instant()) == partitions),
                application::close);
    }

    SystemUnderTest avroPassThrough() {
        return peer(PassThrough.AVRO, passThrough::avro, () -> {});
    }

    SystemUnderTest rawPassThrough() {
        return peer(PassThrough.RAW, passThrough::raw, () -> {});
    }

    /** The naive peer, with the small head. */
    SystemUnderTest naive() {
        var serdes = context.serdes();
        String table = context.cluster().create("naive-head-tags");
        HeadWriter.writeTable(context, table, BenchContext.SMALL_HEAD);
        var topology = new NaiveTopology(
                table,
                serdes.value(Topic.QUERIES),
                serdes.value(Topic.HEAD_TAGS),
                serdes.value(Topic.TAGGED_QUERIES),
                query -> student.tag(List.of(query)).get(0),
                context.clock());
        var peer = peer(
                NaiveTopology.NAME,
                topology::topology,
                () -> context.cluster().awaitConsumed(NaiveTopology.NAME, table));
        context.load(peer);
        return peer;
    }

    /**
     * Another topology, run with the same settings as Tagweir: threads, producer, polling, memory.
     *
     * @param topology made from the topics of queries and of answers
     */
    private SystemUnderTest peer(
            String name, BiFunction<String, String, Topology> topology, Runnable untilHeadIsLoaded) {
        return new SystemUnderTest(name, given(name), settings -> {
            var registry = new SimpleMeterRegistry();
            var budget = new RocksDbBudget(settings.streams().rocksDbBytes());
            var config = StreamsConfiguration.of(settings, new Meters(registry), budget, Clock.systemUTC());
            config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STORE_CACHE_BYTES);
            var topics = settings.topics();
            var streams = new KafkaStreams(
                    topology.apply(topics.name(Topic.QUERIES), topics.name(Topic.TAGGED_QUERIES)), config);
            streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
            streams.start();
            BenchCluster.until(name + " to run", () -> streams.state() == KafkaStreams.State.RUNNING);
            return new Running(untilHeadIsLoaded, () -> {
                streams.close(
                        new KafkaStreams.CloseOptions().timeout(STOP_LIMIT).leaveGroup(true));
                budget.close();
                registry.close();
            });
        });
    }

    private Map<String, String> given(String applicationId) {
        var given = new HashMap<>(base);
        given.put(SystemUnderTest.APPLICATION_ID, applicationId);
        given.put(SystemUnderTest.STATE_DIR, dir.resolve(applicationId).toString());
        return given;
    }

    DirectStudent directStudent() {
        var batch = context.settings().tail().batch();
        return new DirectStudent(student::tag, batch.threads(), batch.window(), batch.maxQueries());
    }
}
