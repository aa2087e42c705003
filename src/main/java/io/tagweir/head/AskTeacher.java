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
 * Requests tags from the teacher, once per interval of wall-clock time, for the most frequent queries of this task that
 * need them.
 *
 * <p>The key of a request is the query's key text, which only one task handles. So compaction keeps the newest request
 * of each query. Owned by the stream thread of its task.
 */
public final class AskTeacher implements Processor<byte[], LookupResult.TeacherRequest, String, HeadRequest> {

    private final RequestSettings settings;
    private final InstantSource clock;
    private final Meters meters;
    private final RequestCounts counts;
    private ProcessorContext<String, HeadRequest> context;
    private Instant since;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public AskTeacher(RequestSettings settings, InstantSource clock, Meters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        this.counts = new RequestCounts(settings);
    }

    @Override
    public void init(ProcessorContext<String, HeadRequest> context) {
        this.context = context;
        since = clock.instant();
        context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, time -> ask());
    }

    @Override
    public void process(Record<byte[], LookupResult.TeacherRequest> record) {
        counts.count(record.value());
    }

    private void ask() {
        var now = clock.instant();
        for (var request : counts.take(since, now)) {
            var key = new QueryKey(request.getSegment(), request.getQuery());
            context.forward(new Record<>(key.text(), request, now.toEpochMilli()));
            meters.headRequest(request.getReason());
        }
        since = now;
    }
}
