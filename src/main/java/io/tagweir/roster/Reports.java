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
 * What this instance says of its students, on {@code student-reports}: each anew at every interval, and at once where
 * it has changed. Used by one thread at a time.
 *
 * <p>A report that can't be written is logged and left to the next interval: a student answers whether it is reported
 * or not.
 */
public final class Reports implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reports.class);
    private static final int PATIENCE_MS = 5_000;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Serializer<StudentReport> serializer;
    private final String application;
    private final String instance;
    private final InstantSource clock;
    private final Map<String, StudentReport> told = new TreeMap<>();

    /**
     * @param producer closed with this; see {@link #producerConfig}
     * @param instance begins the client ids of this instance's consumers, by which {@link Crew} finds it
     */
    public Reports(
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

    /** How the producer of reports is configured: it must not hold up a load where the brokers can't be reached. */
    public static Map<String, Object> producerConfig(Map<String, Object> clientConfig) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
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
     * Says all there is to say.
     *
     * @param reports by student; of others nothing is said any more
     * @param anew also what has been said already
     */
    void tell(Map<String, StudentReport> reports, boolean anew) {
        var gone = new TreeSet<>(told.keySet());
        gone.removeAll(reports.keySet());
        gone.forEach(this::takeBack);
        reports.forEach((student, report) -> {
            if (anew || !saysTheSame(report, told.get(student))) {
                send(student, report);
                told.put(student, report);
            }
        });
    }

    private static boolean saysTheSame(StudentReport report, @Nullable StudentReport before) {
        return before != null
                && StudentReport.newBuilder(report)
                        .setAt(before.getAt())
                        .build()
                        .equals(before);
    }

    private void takeBack(String student) {
        told.remove(student);
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

    /** Takes back all reports, as this instance stops. */
    @Override
    public void close() {
        new TreeSet<>(told.keySet()).forEach(this::takeBack);
        producer.close(Duration.ofMillis(PATIENCE_MS));
    }
}
