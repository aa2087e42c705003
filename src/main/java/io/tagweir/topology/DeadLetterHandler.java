package io.tagweir.topology;

import io.tagweir.avro.Miss;
import io.tagweir.head.IncomingQuery;
import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.TaggedCounter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes invalid records to the dead-letter topic and lets processing continue.
 *
 * <p>Only invalid data is handled so: bytes that can't be deserialized, and {@link RejectedRecordException}. Anything
 * else, such as an unreachable registry or a broken invariant, stops the application, because continuing would drop
 * valid records. Kafka Streams creates and configures the handler.
 *
 * <p>An invalid record of a global topic (control records, catalog events) is logged, counted as refused, and left in
 * its topic: the global thread of Kafka Streams 4.3.1 has no producer, and a dead letter makes it fail with a
 * {@code ClassCastException}.
 */
public final class DeadLetterHandler implements DeserializationExceptionHandler, ProcessingExceptionHandler {

    /** Header with the reason: its name in the meter, a colon, and a sentence. */
    public static final String REASON_HEADER = "tagweir.reason";

    /** Header that says what of the record was cut off; absent if nothing was. */
    public static final String CUT_HEADER = DeadLetterFactory.CUT_HEADER;

    /** Header with the timestamp of the record, in milliseconds since the epoch. */
    public static final String TIMESTAMP_HEADER = DeadLetterFactory.TIMESTAMP_HEADER;

    /** Configuration key of the application's {@link Meters}. */
    public static final String METERS_CONFIG = "tagweir.meters";

    private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);

    private DeadLetterFactory letters = new DeadLetterFactory("", 0);
    private @Nullable Meters meters;
    private @Nullable TaggedCounter<RejectedRecordException.Rejection> deadLetters;

    @Override
    public void configure(Map<String, ?> configs) {
        letters = DeadLetterFactory.configured(configs);
        meters = (Meters) configs.get(METERS_CONFIG);
        deadLetters =
                meters == null ? null : meters.counter(MeterName.DEAD_LETTERS, RejectedRecordException.Rejection.class);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
        if (!isBadData(failure)) {
            return DeserializationExceptionHandler.Response.fail();
        }
        if (meters != null && !isGlobal(context)) {
            var account = meters.queries().mine();
            TaggingTopology.source(context.processorNodeId()).ifPresent(account::undecodable);
        }
        return DeserializationExceptionHandler.Response.resume(letter(context, failure));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        if (!(failure instanceof RejectedRecordException)) {
            return ProcessingExceptionHandler.Response.fail();
        }
        if (meters != null && (record.value() instanceof IncomingQuery || record.value() instanceof Miss)) {
            meters.queries().mine().rejected();
        }
        return ProcessingExceptionHandler.Response.resume(letter(context, failure));
    }

    /** Whether the record is of a global topic. */
    private static boolean isGlobal(ErrorHandlerContext context) {
        return context.taskId().subtopology() < 0; // The global thread's task is -1_-1.
    }

    private static boolean isBadData(Exception failure) {
        return failure instanceof SerializationException;
    }

    private List<ProducerRecord<byte[], byte[]>> letter(ErrorHandlerContext context, Exception failure) {
        var reason = failure instanceof RejectedRecordException rejected
                ? rejected.reason()
                : RejectedRecordException.Rejection.UNDECODABLE;
        boolean global = isGlobal(context);
        if (meters != null && global) {
            meters.controlRefused(ControlRefusal.valueOf(reason.name()));
        } else if (deadLetters != null) {
            deadLetters.increment(reason);
        }
        if (global) {
            log.warn(
                    "Ignored the record at offset {} of {}: {}: {}",
                    context.offset(),
                    context.topic(),
                    reason,
                    DeadLetterFactory.text(String.valueOf(failure.getMessage())));
            return List.of();
        }
        return List.of(letters.of(
                context.sourceRawKey(),
                context.sourceRawValue(),
                context.headers(),
                reason.name(),
                failure,
                new DeadLetterFactory.RecordOrigin(
                        context.topic(), context.partition(), context.offset(), context.timestamp())));
    }
}
