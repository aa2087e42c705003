package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.FakeStudent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A head store that another release has written in a format of its own is rebuilt from the topic of the rows.
 *
 * <pre>
 *   first run   stores the rows, verifies, answers
 *   changelog   every row becomes one of format 1; the disk is wiped
 *   second run  restores those, reads the rows again, verifies, answers
 *   third run   answers at once: nothing is left to rebuild
 * </pre>
 */
class OtherFormatIT {

    private static final List<String> POPULAR =
            IntStream.range(0, 40).mapToObj(i -> "popular " + i).toList();

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

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void storeInAnotherFormatIsRebuiltFromItsTopic(String guarantee) throws Exception {
        String name = "format-" + guarantee.replace('_', '-');
        var site = new Site(cluster, name, dir.resolve(name), Map.of(StreamsSettings.GUARANTEE, guarantee));
        site.publish("s1", Instant.EPOCH, POPULAR);
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            run(site, sender, outputs, "first");
            writeAsFormatOne(site);
            Directories.delete(dir.resolve(name));
            run(site, sender, outputs, "second");
            long rewritten = rows(site).size();
            run(site, sender, outputs, "third");
            assertThat(rows(site)).as("rows in the changelog").hasSize((int) rewritten);
        }
    }

    /** Every row is found, once the instance has verified them all. */
    private static void run(Site site, Sender sender, Outputs outputs, String run) throws Exception {
        try (var application = site.start("one", new FakeStudent(), Map.of())) {
            Await.until(
                    "all partitions to be verified in the " + run + " run",
                    Site.PATIENCE,
                    () -> application.primed(Clock.systemUTC().instant()) == Site.PARTITIONS);
            for (var query : POPULAR) {
                sender.query(run + " " + query, query, site.event(run + " " + query, query));
            }
            outputs.pollUntil(
                    "the answers of the " + run + " run",
                    () -> POPULAR.stream().allMatch(query -> outputs.answers().containsKey(run + " " + query)));
            assertThat(POPULAR)
                    .allSatisfy(query -> assertThat(outputs.answers().get(run + " " + query))
                            .singleElement()
                            .satisfies(answer -> assertThat(answer.getSource()).isEqualTo(Source.HEAD)));
            // Were it stopped before, the next run would do it all again.
            Await.until("the rebuild to be over for good", Site.PATIENCE, () -> !isRebuilding(site));
        }
    }

    /** Whether the newest mark of a rebuild in any partition of the changelog says that it has begun. */
    private static boolean isRebuilding(Site site) {
        var marks = new TreeMap<Integer, Boolean>();
        for (var record : changelog(site)) {
            if (new String(record.key(), StandardCharsets.UTF_8).equals("\trebuild")) {
                marks.put(record.partition(), record.value() != null);
            }
        }
        return marks.containsValue(true);
    }

    private static void writeAsFormatOne(Site site) throws Exception {
        try (var sender = site.sender()) {
            for (var row : rows(site)) {
                byte[] value = row.value().clone();
                value[0] = 1;
                sender.send(new ProducerRecord<>(row.topic(), row.partition(), row.key(), value));
            }
        }
    }

    /** The rows in the changelog of the head's table, without its marks. */
    private static List<ConsumerRecord<byte[], byte[]>> rows(Site site) {
        return changelog(site).stream()
                .filter(record -> record.value() != null && record.key()[0] != '\t')
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> changelog(Site site) {
        String changelog = site.settings().app().applicationId() + "-head-tags-changelog";
        var config = new HashMap<>(site.settings().clientConfig());
        config.put("isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var admin = Admin.create(site.settings().clientConfig());
                var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int partition = 0; partition < Site.PARTITIONS; partition++) {
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
