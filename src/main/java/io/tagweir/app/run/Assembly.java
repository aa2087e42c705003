package io.tagweir.app.run;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tagweir.app.settings.Settings;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.reason.RefusedException;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.student.Student;
import io.tagweir.tail.Tail;
import io.tagweir.tail.Vocabularies;
import io.tagweir.topology.PausingClients;
import io.tagweir.topology.RocksDbBudget;
import io.tagweir.topology.TaggingTopology;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;

/**
 * Creates and connects the parts of an {@link Application}: meters, memory budget, head, tail, students, and the Kafka
 * Streams instance, not yet started. Each part is thread-safe.
 */
final class Assembly implements AutoCloseable {

    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Meters meters = new Meters(registry);
    final SnapshotCatalog snapshots = new SnapshotCatalog();
    final RocksDbBudget budget;
    final HeadTasks tasks;
    final @Nullable StudentRuntime swaps;
    final @Nullable Tail tail;
    final KafkaStreams streams;

    /**
     * @param partitions of {@code head-tags}
     * @param student null in a role without a tail; the caller closes it and {@code larger}
     * @param models loads the students that control records name
     * @throws RefusedException if the state directory can't be used
     */
    Assembly(
            Settings settings,
            int partitions,
            @Nullable Student student,
            @Nullable Student larger,
            Function<Path, Student> models,
            InstantSource clock) {
        budget = new RocksDbBudget(settings.streams().rocksDbBytes());
        meters.gauge(MeterName.ROCKSDB_BYTES, budget::bytes);
        tasks = new HeadTasks(
                settings.head(), Math.max(1, partitions), settings.streams().exactlyOnce());
        if (settings.app().role().runsHead()) {
            meters.gauge(MeterName.HEAD_PARTITIONS, tasks::size);
            meters.gauge(MeterName.HEAD_HELD, tasks::held);
            meters.gauge(MeterName.HEAD_PRIMED, () -> primed(clock.instant()));
        }
        var config = StreamsConfiguration.of(settings, meters, budget, clock);
        var instance = String.valueOf(config.get(StreamsConfig.CLIENT_ID_CONFIG));
        var vocabularies = new Vocabularies();
        swaps = student == null ? null : StudentRuntime.of(settings, student, models, instance, clock, meters);
        tail = swaps == null
                ? null
                : new Tail(
                        settings.tail(),
                        swaps.roster(),
                        larger,
                        settings.snapshots().taxonomy(),
                        vocabularies,
                        settings.streams()
                                .stateDir()
                                .resolve("student-runs")
                                .resolve(settings.app().applicationId()),
                        settings.student().decoding(),
                        Math.max(1, partitions),
                        meters);
        var topology = new TaggingTopology(
                settings.app().role(),
                settings.topics(),
                Math.max(1, partitions),
                settings.serdes(),
                settings.limits(),
                settings.head(),
                tasks,
                settings.snapshots().taxonomy(),
                snapshots,
                vocabularies,
                swaps == null ? new StudentCatalog("") : swaps.catalog(),
                () -> Optional.ofNullable(tail)
                        .orElseThrow(() -> new IllegalStateException("the role head has no student")),
                settings.streams().exactlyOnce(),
                clock,
                meters);
        try {
            streams = streams(
                    topology.build(),
                    config,
                    new PausingClients(
                            settings.topics().name(Topic.HEAD_TAGS),
                            pausable(settings),
                            tasks::isFull,
                            tasks::takeRewind,
                            clock),
                    settings.streams().stateDir());
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Local partitions that have verified the snapshot for queries of that event time. */
    long primed(Instant eventTime) {
        return snapshots.timeline().at(eventTime).map(tasks::primed).orElse(0L);
    }

    /** The topics whose partitions are paused while the head holds as many of their queries as it may. */
    private static Set<String> pausable(Settings settings) {
        return Set.of(
                settings.topics().name(Topic.QUERIES),
                settings.app().applicationId() + '-' + TaggingTopology.QUERIES_BY_KEY + "-repartition");
    }

    /** Creates the instance, which locks its state directory. */
    private static KafkaStreams streams(
            Topology topology, Properties config, KafkaClientSupplier clients, Path stateDir) {
        try {
            return new KafkaStreams(topology, config, clients);
        } catch (TopologyException ours) {
            throw ours;
        } catch (ConfigException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        } catch (StreamsException e) {
            var why = String.valueOf(e.getMessage());
            throw new RefusedException("the state directory " + stateDir.toAbsolutePath()
                    + (why.contains("multiple instances")
                            ? " is in use by another process; give each its own state.dir"
                            : " can't be used: " + why));
        }
    }

    /** Called once Kafka Streams has stopped. */
    @Override
    public void close() {
        if (tail != null) {
            tail.close();
        }
        if (swaps != null) {
            swaps.close();
        }
        budget.close();
        registry.close();
    }
}
