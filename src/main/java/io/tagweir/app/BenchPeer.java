package io.tagweir.app;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.bench.Contender;
import io.tagweir.bench.Tuning;
import io.tagweir.meter.Meters;
import io.tagweir.topology.RocksDbBudget;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Another topology, run with the very settings the application gets: threads, producer, polling, memory.
 *
 * @param head topic of its head table; empty where it has none
 * @param given settings, but for those a run fixes
 * @param topology made of the topics of queries and of answers
 */
record BenchPeer(String name, String head, Map<String, String> given, BiFunction<String, String, Topology> topology)
        implements Contender {

    /** Kafka's default, which a table of its own gains from; the application has a heap cache instead. */
    private static final long STORE_CACHE = 10L << 20;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    BenchPeer {
        var own = new HashMap<>(given);
        own.put(AppSettings.APPLICATION_ID, name);
        given = Map.copyOf(own);
    }

    @Override
    public String group() {
        return name;
    }

    @Override
    public Running start(String queries, String answers, Tuning tuning) {
        var settings = BenchApplication.settings(given, queries, answers, tuning);
        var registry = new SimpleMeterRegistry();
        var budget = new RocksDbBudget(settings.streams().rocksDbBytes());
        var config = StreamsConfiguration.of(settings, new Meters(registry), budget, Clock.systemUTC());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STORE_CACHE);
        var streams = new KafkaStreams(topology.apply(queries, answers), config);
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        var running = new CountDownLatch(1);
        streams.setStateListener((now, before) -> {
            if (now != KafkaStreams.State.REBALANCING) {
                running.countDown();
            }
        });
        streams.start();
        try {
            running.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return () -> {
            streams.close(new KafkaStreams.CloseOptions().timeout(STOP_LIMIT).leaveGroup(true));
            budget.close();
            registry.close();
        };
    }
}
