package io.tagweir.app;

import io.tagweir.meter.Meters;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.EventTime;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.RocksDbBudget;
import io.tagweir.topology.WriteFailureHandler;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The configuration of Kafka Streams, from the {@link Settings}. The only place that names its keys. */
public final class StreamsConfiguration {

    /** Prefixes of keys for one kind of client. */
    private static final List<String> CLIENTS = List.of(
            StreamsConfig.PRODUCER_PREFIX,
            StreamsConfig.CONSUMER_PREFIX,
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            StreamsConfig.GLOBAL_CONSUMER_PREFIX);

    private StreamsConfiguration() {}

    public static Properties of(Settings settings, Meters meters, RocksDbBudget budget, InstantSource clock) {
        var app = settings.app();
        var config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, app.applicationId());
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, app.bootstrapServers());
        // Like Kafka Streams' default, but known here: the instance reports its students under this name.
        config.put(StreamsConfig.CLIENT_ID_CONFIG, app.applicationId() + '-' + UUID.randomUUID());
        config.put(
                StreamsConfig.STATE_DIR_CONFIG, app.stateDir().toAbsolutePath().toString());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, app.threads());
        config.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                app.exactlyOnce() ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, app.commitInterval().toMillis());
        config.put(StreamsConfig.POLL_MS_CONFIG, app.poll().toMillis());
        // The head table has its own heap cache; no other store benefits from one.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        // With any other value Kafka 4.3.1 formats a log message per record for each empty input: a third of the head's
        // time. Answers depend on the control records, not on the order of the inputs.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbBudget.Setter.class);
        config.put(RocksDbBudget.CONFIG, budget);
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(
                StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
                settings.topics().deadLetters());
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, WriteFailureHandler.class);
        config.put(DeadLetterHandler.METERS_CONFIG, meters);
        config.put(RecordLimits.CONFIG, settings.limits());
        config.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, EventTime.class);
        config.put(EventTime.CLOCK_CONFIG, clock);
        // A broker's default may be too small for a ledger entry.
        config.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                String.valueOf(settings.maxRequestBytes()));
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // A broker without queries answers a fetch after this time; only then are more rows fetched. See
        // PausingClients.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        // Kafka Streams would read queries of aborted transactions under at_least_once.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        profile(app.profile(), config);
        yieldTo(config, settings.kafka().keySet());
        config.putAll(settings.kafka());
        // Control records that belong together are written in one transaction.
        config.putIfAbsent(StreamsConfig.globalConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        return config;
    }

    /**
     * Removes a default that the user overrides under a shorter key: Kafka prefers {@code producer.linger.ms} to
     * {@code linger.ms}, whoever set it.
     */
    private static void yieldTo(Properties config, Set<String> given) {
        config.keySet()
                .removeIf(ours -> CLIENTS.stream().anyMatch(ours.toString()::startsWith)
                        && given.stream().anyMatch(key -> ours.toString().endsWith('.' + key)));
    }

    /** Kafka Streams' default linger of 100 ms would dominate the latency. */
    private static void profile(AppSettings.Profile profile, Properties config) {
        boolean drain = profile == AppSettings.Profile.DRAIN;
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), drain ? 20 : 0);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), drain ? 128 << 10 : 16 << 10);
        // lz4 gains nothing for batches of one or two records, and some clients (kafkajs) need a plug-in to read it.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), drain ? "lz4" : "none");
        // While a snapshot is published, a query waits for one or two polls of this many rows: about 5 ms.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), drain ? 1_000 : 300);
    }
}
