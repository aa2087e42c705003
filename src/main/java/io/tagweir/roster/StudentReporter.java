package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import io.tagweir.reason.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what this instance reports of its students to {@code student-reports}: all reports at every interval, and a
 * changed one at once. Used by one thread at a time.
 *
 * <p>A report that can't be written is logged and written again at the next interval: a student answers whether or not
 * it is reported.
 */
public final class StudentReporter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StudentReporter.class);
    private static final int LIMIT_MS = 5_000;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Serializer<StudentReport> serializer;
    private final String application;
    private final String instance;
    private final InstantSource clock;
    private final Map<String, StudentReport> sent = new TreeMap<>();

    /**
     * @param producer closed with this; see {@link #producerConfig}
     * @param instance the prefix of its consumers' client ids, by which {@link StudentInstances} finds it
     */
    public StudentReporter(
            Producer<byte[], byte[]> producer,
            String topic,
            Serializer<StudentReport> serializer,
            String application,
            String instance,
            InstantSource clock) {
        this.producer = producer;
        this.topic = topic;
        this.serializer = serializer;
        this.application = application;
        this.instance = instance;
        this.clock = clock;
    }

    /** The configuration of the producer: unreachable brokers must not hold up a load. */
    public static Map<String, Object> producerConfig(Map<String, Object> clientConfig) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT_MS);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return config;
    }

    StudentReport about(String student, boolean loaded, @Nullable String problem, Duration warming) {
        return StudentReport.newBuilder()
                .setApplication(application)
                .setInstance(instance)
                .setStudent(student)
                .setLoaded(loaded)
                .setProblem(problem)
                .setWarmMs(warming.toMillis())
                .setAt(clock.instant())
                .build();
    }

    /**
     * Sends reports.
     *
     * @param reports all that hold, by student; those of other students are removed
     * @param all also those that have not changed
     */
    void send(Map<String, StudentReport> reports, boolean all) {
        var gone = new TreeSet<>(sent.keySet());
        gone.removeAll(reports.keySet());
        gone.forEach(this::remove);
        reports.forEach((student, report) -> {
            if (all || !isUnchanged(report, sent.get(student))) {
                send(student, report);
                sent.put(student, report);
            }
        });
    }

    private static boolean isUnchanged(StudentReport report, @Nullable StudentReport before) {
        return before != null
                && StudentReport.newBuilder(report)
                        .setAt(before.getAt())
                        .build()
                        .equals(before);
    }

    private void remove(String student) {
        sent.remove(student);
        send(student, null);
    }

    private void send(String student, @Nullable StudentReport report) {
        byte[] key = (application + '/' + instance + '/' + student).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] value = report == null ? null : serializer.serialize(topic, report);
            var unused = producer.send(new ProducerRecord<>(topic, 0, key, value), (written, failure) -> {
                if (failure != null) {
                    log.warn("a report on {} was not written: {}", student, Reason.of(failure));
                }
            });
        } catch (SerializationException e) {
            log.warn("a report on {} can't be written: {}", student, Reason.of(e));
        } catch (KafkaException e) {
            log.warn("a report on {} was not written: {}", student, Reason.of(e));
        }
    }

    /** Removes all reports, as this instance stops. */
    @Override
    public void close() {
        new TreeSet<>(sent.keySet()).forEach(this::remove);
        producer.close(Duration.ofMillis(LIMIT_MS));
    }
}
