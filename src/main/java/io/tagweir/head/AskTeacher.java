package io.tagweir.head;

import io.tagweir.avro.HeadRequest;
import io.tagweir.meter.Meters;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Asks the teacher, once an interval of the wall clock, for the queries this task has {@link Wanted} most.
 *
 * <p>A request is keyed by the query's key text, which belongs to one task; so on the compacted topic the newest
 * request of a query is all there is of it. Owned by the stream thread of its task.
 */
public final class AskTeacher implements Processor<byte[], Outcome.Wanted, String, HeadRequest> {

    private final RequestSettings settings;
    private final InstantSource clock;
    private final Meters meters;
    private final Wanted wanted;
    private ProcessorContext<String, HeadRequest> context;
    private Instant since;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public AskTeacher(RequestSettings settings, InstantSource clock, Meters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        this.wanted = new Wanted(settings);
    }

    @Override
    public void init(ProcessorContext<String, HeadRequest> context) {
        this.context = context;
        since = clock.instant();
        context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, time -> ask());
    }

    @Override
    public void process(Record<byte[], Outcome.Wanted> record) {
        wanted.count(record.value());
    }

    private void ask() {
        var now = clock.instant();
        for (var request : wanted.take(since, now)) {
            var key = new QueryKey(request.getSegment(), request.getQuery());
            context.forward(new Record<>(key.text(), request, now.toEpochMilli()));
            meters.headRequest(request.getReason().name());
        }
        since = now;
    }
}
