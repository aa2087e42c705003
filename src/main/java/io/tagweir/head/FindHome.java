package io.tagweir.head;

import io.tagweir.meter.Meters;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Marks each query with whether its record already lies in the partition of its key. Keys stay as they are; it is a
 * plain processor, since Kafka's fixed-key one copies every record's headers three times. Owned by the stream thread of
 * its task.
 */
public final class FindHome implements Processor<byte[], IncomingQuery, byte[], IncomingQuery> {

    private final int partitions;
    private final Meters meters;
    private ProcessorContext<byte[], IncomingQuery> context;

    /** @param partitions how many partitions the head table has */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public FindHome(int partitions, Meters meters) {
        this.partitions = partitions;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], IncomingQuery> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], IncomingQuery> record) {
        int here = context.taskId().partition();
        boolean home = record.value().key().partition(partitions) == here;
        if (!home) {
            meters.rerouted();
        }
        context.forward(record.withValue(record.value().routed(home)));
    }
}
