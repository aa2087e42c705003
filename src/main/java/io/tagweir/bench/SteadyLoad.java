package io.tagweir.bench;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerTally.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A contender under an open loop: queries are sent at a fixed rate while another thread reads the answers. A stretch to
 * warm up is followed by one window for each round. One thread, and the one of the tally.
 *
 * @param rate queries a second
 */
record SteadyLoad(Course course, Contender contender, Tuning tuning, double rate, Traffic traffic) {

    private static final int WINDOWS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What each window came to. */
    record Windows(List<Counts> all) {

        Sample headP50() {
            return new Sample(all.stream().map(window -> window.head().p50()).toList());
        }

        Sample headP99() {
            return new Sample(all.stream().map(window -> window.head().p99()).toList());
        }

        Sample headP999() {
            return new Sample(all.stream().map(window -> window.head().p999()).toList());
        }

        Sample tailP50() {
            return new Sample(all.stream().map(window -> window.tail().p50()).toList());
        }

        Sample tailP99() {
            return new Sample(all.stream().map(window -> window.tail().p99()).toList());
        }

        Sample tailP999() {
            return new Sample(all.stream().map(window -> window.tail().p999()).toList());
        }

        /** Answers of all windows by who gave them. */
        Map<Source, Integer> bySource() {
            var sum = new EnumMap<Source, Integer>(Source.class);
            all.forEach(window -> window.bySource().forEach((source, count) -> sum.merge(source, count, Integer::sum)));
            return sum;
        }
    }

    Windows run() {
        var bed = course.bed();
        String queries = bed.createNew("live");
        String answers = bed.createNew("live-answers");
        var windows = new ArrayList<Counts>();
        try (var running = contender.start(queries, answers, tuning);
                var producer =
                        new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            int warmUp = queries(course.scale().warmUp());
            var next = traffic;
            window(producer, queries, answers, next, warmUp, 0);
            next = next.after(warmUp);
            int count = queries(course.scale().window());
            for (int i = 0; i < WINDOWS; i++) {
                windows.add(window(producer, queries, answers, next, count, i + 1));
                next = next.after(count);
            }
        }
        bed.delete(queries);
        bed.delete(answers);
        return new Windows(windows);
    }

    private int queries(Duration time) {
        return (int) (time.toMillis() * rate / 1e3);
    }

    /** A producer waits 5 ms for company unless told otherwise, which would be most of the latency measured. */
    private Map<String, Object> producerConfig() {
        var config = new HashMap<>(course.bed().clientConfig());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return config;
    }

    private Counts window(
            KafkaProducer<byte[], byte[]> producer,
            String queries,
            String answers,
            Traffic texts,
            int count,
            int round) {
        var load = new OpenLoop(producer, course.queries().serializer(), queries, course.clock(), count);
        var config = new HashMap<>(course.bed().clientConfig());
        config.put("enable.auto.commit", false);
        try (var tally = new AnswerTally(
                load,
                0,
                config,
                answers,
                course.deadLetters(),
                course.answers().deserializer(),
                course.queries().deserializer())) {
            load.run(rate, texts.texts(round));
            try {
                tally.await(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            var counts = tally.counts();
            if (counts.answered() != count || counts.repeated() > 0) {
                throw new IllegalStateException("%s answered %d of %d queries, %d more than once, %d dead letters"
                        .formatted(
                                contender.name(), counts.answered(), count, counts.repeated(), counts.deadLetters()));
            }
            return counts;
        }
    }
}
