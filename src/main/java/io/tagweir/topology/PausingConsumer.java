package io.tagweir.topology;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The main consumer of one stream thread, which leaves the choice of partitions to {@link PollControl}. */
final class PausingConsumer extends KafkaConsumer<byte[], byte[]> {

    private final PollControl control;

    PausingConsumer(Map<String, Object> config, PollControl control) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.control = control;
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        control.paused(partitions);
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        super.resume(control.resumed(partitions));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        var plan = control.beforePoll(assignment(), timeout);
        if (!plan.rewind().isEmpty()) { // An empty set would mean all partitions.
            super.seekToBeginning(plan.rewind());
        }
        super.pause(plan.pause());
        super.resume(plan.resume());
        var records = super.poll(plan.timeout());
        control.afterPoll(records.partitions());
        return records;
    }
}
