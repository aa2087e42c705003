package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.Meters;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.RocksDbBudget;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Why Kafka Streams polls for two milliseconds.
 *
 * <pre>
 *   stream thread   poll ─┤miss├─ poll (nothing comes) ───────────────────────┤drain├─ answer out
 *   student                    ├─ 5 ms ─┤ done, and waits for the poll to end
 * </pre>
 */
class PollIntervalIT {

    private static final int ROUNDS = 25;
    private static final int WARM_UP = 5;

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void kafkaStreamsPollsForTwoMillisecondsUnlessToldOtherwise() {
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

    /** One miss at a time, by turns to either application, so that whatever else the machine does hits both alike. */
    @Test
    void shortPollsAnswerALoneMissSooner() {
        var student = new PacedStudent(new FakeStudent(), Duration.ofMillis(5));
        var brisk = new Site(cluster, "brisk", dir.resolve("brisk"), Map.of("kafka.poll.ms", "2"));
        var slow = new Site(cluster, "slow", dir.resolve("slow"), Map.of("kafka.poll.ms", "100"));
        try (var first = brisk.start("one", student, Map.of());
                var second = slow.start("one", student, Map.of());
                var briskAsker = new Asker(brisk);
                var slowAsker = new Asker(slow)) {
            var briskTimes = new ArrayList<Long>();
            var slowTimes = new ArrayList<Long>();
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                briskTimes.add(briskAsker.ask("miss " + round));
                slowTimes.add(slowAsker.ask("miss " + round));
            }
            // Idle, 12 ms and 113 ms were measured; half of it or less is asked for.
            assertThat(median(briskTimes)).isLessThan(median(slowTimes) / 2);
        }
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

    /** Sends one query at a time to a site and waits for its answer. */
    private static final class Asker implements AutoCloseable {

        private final Site site;
        private final Sender sender;
        private final Outputs outputs;

        Asker(Site site) {
            this.site = site;
            sender = site.sender();
            outputs = site.outputs();
        }

        /** Nanoseconds until the answer is here. */
        long ask(String query) {
            long start = System.nanoTime();
            sender.query(query, query, site.event(query, query));
            outputs.pollUntil("the answer to " + query, () -> outputs.answers().containsKey(query));
            return System.nanoTime() - start;
        }

        @Override
        public void close() {
            sender.close();
            outputs.close();
        }
    }
}
