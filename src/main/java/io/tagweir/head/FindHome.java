package io.tagweir.head;

import io.tagweir.meter.Meters;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Marks each query with whether its record already lies in the partition of its key. Owned by the stream thread of its
 * task.
 */
public final class FindHome implements FixedKeyProcessor<byte[], IncomingQuery, IncomingQuery> {

    private final int partitions;
    private final Meters meters;
    private FixedKeyProcessorContext<byte[], IncomingQuery> context;

    /** @param partitions how many partitions the head table has */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public FindHome(int partitions, Meters meters) {
        this.partitions = partitions;
        this.meters = meters;
    }

    @Override
    public void init(FixedKeyProcessorContext<byte[], IncomingQuery> context) {
        this.context = context;
    }

    @Override
    public void process(FixedKeyRecord<byte[], IncomingQuery> record) {
        int here = context.taskId().partition();
        boolean home = record.value().key().partition(partitions) == here;
        if (!home) {
            meters.rerouted();
        }
        context.forward(record.withValue(record.value().routed(home)));
    }
}
