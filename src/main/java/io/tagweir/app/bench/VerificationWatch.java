package io.tagweir.app.bench;

import io.tagweir.avro.HeadTally;
import io.tagweir.bench.TopicConsumer;
import java.time.Duration;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Learns from {@code head-tallies}, as anyone outside can, when an application has verified a snapshot. Reads what is
 * written after its creation. Used by one thread at a time.
 */
final class VerificationWatch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<HeadTally> deserializer;
    private final int partitions;

    VerificationWatch(BenchContext context) {
        consumer = TopicConsumer.open(
                context.cluster().clientConfig(),
                true,
                context.settings().topics().headTallies());
        deserializer = context.serdes().headTallies().deserializer();
        partitions = context.cluster().partitions();
    }

    /** @throws IllegalStateException if some partition has not verified the snapshot in time */
    void await(String application, String snapshot) {
        var tallies = new HashMap<Integer, HeadTally>();
        long deadline = System.nanoTime() + BenchCluster.TIMEOUT.toNanos();
        while (tallies.values().stream().filter(HeadTally::getVerified).count() < partitions) {
            for (var record : consumer.poll(POLL)) {
                var tally = deserializer.deserialize(record.topic(), record.value());
                if (tally != null
                        && tally.getApplication().equals(application)
                        && tally.getSnapshot().equals(snapshot)) {
                    tallies.put(tally.getPartition(), tally);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(application + " has not verified " + snapshot + " in all " + partitions
                        + " partitions within " + BenchCluster.TIMEOUT + "; its tallies are " + tallies.values());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
