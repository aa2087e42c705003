package io.tagweir.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How fast an application whose state directory was wiped is back: rows of its head a second, from its start until it
 * answers, beside a bare consumer that reads the same changelog.
 *
 * <p>Alone: {@code ./tagweir bench restore}. The start is counted whole: joining the group and opening the stores are
 * in it, which a second or two of every restart are.
 *
 * @param application has loaded its head
 * @param changelog topic that its head is restored from
 * @param wipe deletes its state directory
 */
public record RestoreScenario(Course course, Contender application, String changelog, Runnable wipe) {

    private static final String BARE = "changelog-consumer";
    private static final Duration POLL = Duration.ofMillis(100);

    public void run() {
        long rows = course.bed().end(changelog);
        String name = "restore-" + application.name();
        var rounds = new Rounds(course)
                .add(BARE, () -> read(rows))
                .add(name, () -> restored(rows))
                .run();
        rounds.report();
        course.report()
                .ratio(name + " / " + BARE, rounds.of(name, Course.RATE).over(rounds.of(BARE, Course.RATE)), null);
    }

    private Map<String, Double> restored(long rows) {
        var bed = course.bed();
        wipe.run();
        String queries = bed.createNew("no-queries");
        String answers = bed.createNew("no-answers");
        var clock = new Stopwatch();
        Map<String, Double> figures;
        try (var running = application.start(queries, answers, Tuning.DRAIN)) {
            figures = clock.figures(rows);
            figures.put("seconds", clock.seconds());
        }
        bed.delete(queries);
        bed.delete(answers);
        return figures;
    }

    private Map<String, Double> read(long rows) {
        var config = new HashMap<>(course.bed().clientConfig());
        config.put("enable.auto.commit", false);
        config.put("max.poll.records", 5_000);
        var partitions = course.bed().partitionsOf(changelog);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = course.bed().ends(changelog);
            var clock = new Stopwatch();
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                consumer.poll(POLL);
            }
            return clock.figures(rows);
        }
    }
}
