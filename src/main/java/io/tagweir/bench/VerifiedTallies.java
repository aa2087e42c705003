package io.tagweir.bench;

import io.tagweir.avro.HeadTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads {@code head-tallies} from where it ends now, and tells when every partition of an application has verified a
 * snapshot: as anyone outside would learn it. Used by one thread.
 */
public final class VerifiedTallies implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<HeadTally> deserializer;
    private final int partitions;

    /** @param partitions of the head table */
    public VerifiedTallies(
            Map<String, Object> clientConfig, String topic, Deserializer<HeadTally> deserializer, int partitions) {
        this.deserializer = deserializer;
        this.partitions = partitions;
        var config = new HashMap<>(clientConfig);
        config.put("enable.auto.commit", false);
        config.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var all = new ArrayList<TopicPartition>();
        consumer.partitionsFor(topic).forEach(one -> all.add(new TopicPartition(topic, one.partition())));
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
    }

    /** @throws IllegalStateException where a partition has not verified it in time; says what the tallies hold */
    void await(String application, String snapshot) {
        var verified = new HashSet<Integer>();
        var last = new HashMap<Integer, HeadTally>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (verified.size() < partitions) {
            for (var record : consumer.poll(POLL)) {
                var tally = deserializer.deserialize(record.topic(), record.value());
                if (tally == null
                        || !tally.getApplication().equals(application)
                        || !tally.getSnapshot().equals(snapshot)) {
                    continue;
                }
                last.put(tally.getPartition(), tally);
                if (tally.getVerified()) {
                    verified.add(tally.getPartition());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(application + " has not verified " + snapshot + " within " + PATIENCE
                        + ": " + verified.size() + " of " + partitions + " partitions; its tallies are "
                        + last.values());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
