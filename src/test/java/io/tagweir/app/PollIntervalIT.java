package io.tagweir.app;

import io.tagweir.app.run.StreamsConfiguration;
import io.tagweir.app.settings.Settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.meter.Meters;
import io.tagweir.testing.FakeStudent;
import io.tagweir.topology.RocksDbBudget;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Why Kafka Streams polls for two milliseconds.
 *
 * <pre>
 *   stream thread   poll ─┤miss├─ poll (nothing comes) ───────────────────────┤drain├─ answer out
 *   student                    ├─ 5 ms ─┤ done, waits for the poll to end
 * </pre>
 */
class PollIntervalIT {

    private static final int ROUNDS = 25;
    private static final int WARM_UP = 5;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void kafkaStreamsPollsForTwoMillisecondsByDefault() {
        assertThat(pollOf(Map.of())).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 100})
    void kafkaStreamsPollsAsLongAsTheSettingSays(long millis) {
        assertThat(pollOf(Map.of("kafka.poll.ms", Long.toString(millis)))).isEqualTo(millis);
    }

    private static long pollOf(Map<String, String> given) {
        try (var budget = new RocksDbBudget(8 << 20)) {
            var meters = new Meters(new SimpleMeterRegistry());
            return new StreamsConfig(StreamsConfiguration.of(Settings.of(given), meters, budget, Clock.systemUTC()))
                    .getLong(StreamsConfig.POLL_MS_CONFIG);
        }
    }

    /** One miss at a time, to each application in turn, so that other load on the machine affects both alike. */
    @Test
    void shortPollsAnswerASingleMissSooner() {
        var student = new PacedStudent(new FakeStudent(), Duration.ofMillis(5));
        var brisk = CLUSTER.deployment("brisk", "kafka.poll.ms=2");
        var slow = CLUSTER.deployment("slow", "kafka.poll.ms=100");
        brisk.start("one", student);
        slow.start("one", student);
        var briskTimes = new ArrayList<Long>();
        var slowTimes = new ArrayList<Long>();
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            briskTimes.add(nanosToAnswer(brisk, "miss " + round));
            slowTimes.add(nanosToAnswer(slow, "miss " + round));
        }
        // On an idle machine they take 12 ms and 113 ms; we require half or less.
        assertThat(median(briskTimes)).isLessThan(median(slowTimes) / 2);
    }

    private static double median(List<Long> times) {
        return times.stream()
                .skip(WARM_UP)
                .mapToLong(Long::longValue)
                .sorted()
                .skip(ROUNDS / 2)
                .findFirst()
                .orElseThrow();
    }

    private static long nanosToAnswer(Deployment deployment, String query) {
        long start = System.nanoTime();
        deployment.ask(query, query);
        return System.nanoTime() - start;
    }
}
