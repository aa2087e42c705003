package io.tagweir.app.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.app.StreamsConfiguration;
import io.tagweir.meter.Meters;
import io.tagweir.topology.RocksDbBudget;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Another topology, run with the same settings as Tagweir: threads, producer, polling, memory.
 *
 * @param given settings, without those that a run decides
 * @param topology made from the topics of queries and of answers
 * @param awaitHead returns once its head is loaded
 */
record PeerSystem(
        String name, Map<String, String> given, BiFunction<String, String, Topology> topology, Runnable awaitHead)
        implements SystemUnderTest {

    /** Kafka's default, from which a table gains. Tagweir has a heap cache of its own instead. */
    private static final long STORE_CACHE_BYTES = 10L << 20;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    @Override
    public String group() {
        return name;
    }

    @Override
    public Running start(String queries, String answers, Tuning tuning) {
        var settings = TaggingSystem.settings(given, queries, answers, tuning);
        var registry = new SimpleMeterRegistry();
        var budget = new RocksDbBudget(settings.app().rocksDbBytes());
        var config = StreamsConfiguration.of(settings, new Meters(registry), budget, Clock.systemUTC());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STORE_CACHE_BYTES);
        var streams = new KafkaStreams(topology.apply(queries, answers), config);
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        streams.start();
        BenchCluster.until(name + " to run", () -> streams.state() == KafkaStreams.State.RUNNING);
        return new Running() {
            @Override
            public void awaitHead() {
                awaitHead.run();
            }

            @Override
            public void close() {
                streams.close(
                        new KafkaStreams.CloseOptions().timeout(STOP_LIMIT).leaveGroup(true));
                budget.close();
                registry.close();
            }
        };
    }
}
