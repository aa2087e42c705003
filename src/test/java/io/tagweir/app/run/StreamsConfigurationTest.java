package io.tagweir.app.run;

import io.tagweir.app.settings.Settings;
import io.tagweir.app.settings.StreamsSettings;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.meter.Meters;
import io.tagweir.topology.RocksDbBudget;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration as Kafka Streams resolves it and passes it to its clients. */
class StreamsConfigurationTest {

    private static StreamsConfig streams(Map<String, String> given) {
        try (var budget = new RocksDbBudget(8 << 20)) {
            return new StreamsConfig(StreamsConfiguration.of(
                    Settings.of(given), new Meters(new SimpleMeterRegistry()), budget, InstantSource.system()));
        }
    }

    private static Object ofMainConsumer(Map<String, String> given, String key) {
        return streams(given).getMainConsumerConfigs("group", "client", 0).get(key);
    }

    private static Object ofProducer(Map<String, String> given, String key) {
        return streams(given).getProducerConfigs("client").get(key);
    }

    private static Object ofGlobalConsumer(Map<String, String> given, String key) {
        return streams(given).getGlobalConsumerConfigs("client").get(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max.poll.records", "consumer.max.poll.records", "main.consumer.max.poll.records"})
    void whatTheUserSetsForTheConsumerWinsUnderAnyOfItsNames(String key) {
        assertThat(ofMainConsumer(Map.of("kafka." + key, "77"), "max.poll.records"))
                .isEqualTo("77");
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void queriesOfAnAbortedTransactionAreNotRead(String guarantee) {
        assertThat(ofMainConsumer(Map.of("guarantee", guarantee), "isolation.level"))
                .isEqualTo("read_committed");
        assertThat(ofMainConsumer(Map.of("kafka.isolation.level", "read_committed"), "isolation.level"))
                .isEqualTo("read_committed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"linger.ms", "producer.linger.ms"})
    void whatTheUserSetsForTheProducerWinsUnderAnyOfItsNames(String key) {
        assertThat(ofProducer(Map.of("kafka." + key, "7"), "linger.ms")).isEqualTo("7");
    }

    @Test
    void readingsAreShortUnlessABacklogIsDrained() {
        assertThat(ofMainConsumer(Map.of(), "max.poll.records")).isEqualTo(300);
        assertThat(ofMainConsumer(Map.of(StreamsSettings.PROFILE, "drain"), "max.poll.records"))
                .isEqualTo(1_000);
    }

    @Test
    void controlRecordsAreReadCommittedWhateverTheOthersAre() {
        assertThat(ofGlobalConsumer(Map.of(), "isolation.level")).isEqualTo("read_committed");
        assertThat(ofGlobalConsumer(Map.of("kafka.isolation.level", "read_uncommitted"), "isolation.level"))
                .isEqualTo("read_committed");
    }
}
