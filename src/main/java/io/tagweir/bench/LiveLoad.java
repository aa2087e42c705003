package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A started contender under an open loop: queries are sent at a fixed rate while another thread reads the answers, one
 * window of time after the other. Every window is waited for until its last answer, and checked. Owned by one thread.
 */
final class LiveLoad implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Course course;
    private final Contender contender;
    private final double rate;
    private final String queries;
    private final String answers;
    private final Contender.Running running;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Traffic traffic;
    private int windows;

    private LiveLoad(
            Course course,
            Contender contender,
            double rate,
            Traffic traffic,
            String queries,
            String answers,
            Contender.Running running) {
        this.course = course;
        this.contender = contender;
        this.rate = rate;
        this.traffic = traffic;
        this.queries = queries;
        this.answers = answers;
        this.running = running;
        var config = new HashMap<>(course.bed().clientConfig());
        // A producer waits 5 ms for company unless told otherwise, which would be most of the latency measured.
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @param rate queries a second */
    static LiveLoad start(Course course, Contender contender, Tuning tuning, double rate, Traffic traffic) {
        String queries = course.bed().createNew("live");
        String answers = course.bed().createNew("live-answers");
        return new LiveLoad(
                course, contender, rate, traffic, queries, answers, contender.start(queries, answers, tuning));
    }

    /** Sends for so long, and returns when the last answer is out. */
    Counts window(Duration time) {
        var pace = Pace.steady(rate, time);
        int count = pace.queries();
        var texts = traffic.anew(count, course.unasked()).texts(windows++);
        var counts = send(pace, i -> OpenLoop.event(i, texts.apply(i)), (number, source, micros) -> {});
        if (counts.answered() != count || counts.repeated() > 0) {
            throw new IllegalStateException("%s answered %d of %d queries, %d more than once, %d dead letters"
                    .formatted(contender.name(), counts.answered(), count, counts.repeated(), counts.deadLetters()));
        }
        return counts;
    }

    private Map<String, Object> config() {
        var config = new HashMap<>(course.bed().clientConfig());
        config.put("enable.auto.commit", false);
        return config;
    }

    /**
     * Sends queries of any kind at any pace, and returns when nothing comes out any more.
     *
     * @param observer is told of each answer
     */
    Counts send(Pace pace, IntFunction<QueryEvent> events, AnswerTally.Observer observer) {
        var load = new OpenLoop(producer, course.queries().serializer(), queries, course.clock(), pace.queries());
        try (var tally = new AnswerTally(
                load,
                0,
                config(),
                answers,
                course.deadLetters(),
                course.answers().deserializer(),
                course.queries().deserializer(),
                observer)) {
            load.run(pace::due, events);
            try {
                tally.await(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            return tally.counts();
        }
    }

    @Override
    public void close() {
        producer.close();
        running.close();
        course.bed().delete(queries);
        course.bed().delete(answers);
    }
}
