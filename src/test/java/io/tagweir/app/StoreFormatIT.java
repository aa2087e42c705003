package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A head store that another release wrote in its own format is rebuilt from {@code head-tags}.
 *
 * <pre>
 *   first run   stores the rows, verifies, answers
 *   changelog   every row is rewritten in format 1; the disk is wiped
 *   second run  restores those, reads the rows again, verifies, answers
 *   third run   answers at once: nothing is left to rebuild
 * </pre>
 */
class StoreFormatIT {

    private static final List<String> POPULAR = Rows.queries("popular", 40);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void storeInAnotherFormatIsRebuiltFromItsTopic(String guarantee) throws Exception {
        var deployment = CLUSTER.deployment("format-" + guarantee, "guarantee=" + guarantee);
        deployment.publish("s1", Instant.EPOCH, POPULAR);
        run(deployment, "first");
        for (var row : rows(deployment)) {
            byte[] value = row.value().clone();
            value[0] = 1;
            deployment.producer().write(new ProducerRecord<>(row.topic(), row.partition(), row.key(), value));
        }
        deployment.deleteState("one");
        run(deployment, "second");
        int rewritten = rows(deployment).size();
        run(deployment, "third");
        assertThat(rows(deployment)).as("rows in the changelog").hasSize(rewritten);
    }

    /** Every row is found once the instance has verified them all. */
    private static void run(Deployment deployment, String run) {
        var application = deployment.start("one");
        deployment.awaitVerified(application);
        POPULAR.forEach(query -> deployment.query(run + " " + query, query));
        var outputs = deployment.outputs();
        for (var query : POPULAR) {
            assertThat(outputs.await(run + " " + query).getSource()).isEqualTo(Source.HEAD);
            assertThat(outputs.answers().get(run + " " + query)).hasSize(1);
        }
        // If it stopped earlier, the next run would rebuild again.
        await("the rebuild to be complete", () -> !isRebuilding(deployment));
        application.close();
    }

    /** Whether the newest rebuild mark in any partition of the changelog says that a rebuild has begun. */
    private static boolean isRebuilding(Deployment deployment) {
        var marks = new TreeMap<Integer, Boolean>();
        for (var record : changelog(deployment)) {
            if (new String(record.key(), StandardCharsets.UTF_8).equals("\trebuild")) {
                marks.put(record.partition(), record.value() != null);
            }
        }
        return marks.containsValue(true);
    }

    /** The rows in the changelog of the head's store, without its marks. */
    private static List<ConsumerRecord<byte[], byte[]>> rows(Deployment deployment) {
        return changelog(deployment).stream()
                .filter(record -> record.value() != null && record.key()[0] != '\t')
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> changelog(Deployment deployment) {
        String changelog = deployment.topic("head-tags-changelog");
        var config = new HashMap<>(deployment.settings().clientConfig());
        config.put("isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var admin = Admin.create(deployment.settings().clientConfig());
                var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int partition = 0; partition < Deployment.PARTITIONS; partition++) {
                var one = new TopicPartition(changelog, partition);
                long end = admin.listOffsets(Map.of(one, OffsetSpec.latest()))
                        .partitionResult(one)
                        .get()
                        .offset();
                consumer.assign(List.of(one));
                consumer.seekToBeginning(List.of(one));
                while (consumer.position(one) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return records;
    }
}
