package io.tagweir.topology;

import io.tagweir.avro.Miss;
import io.tagweir.head.IncomingQuery;
import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.Meters;
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
 * Keeps a record that can't be taken in the dead-letter topic, as it came, with Kafka's headers and a reason, and lets
 * the stream go on.
 *
 * <p>Only bad data is kept so: bytes that don't decode, and what was {@link RejectedRecordException}. Anything else,
 * such as a registry that can't be reached or a broken invariant, stops the application: going on would drop good
 * records. Kafka makes the handler and configures it with the application's own settings.
 *
 * <p>A record of a topic that every instance reads whole (control records, catalog events) is logged, counted as
 * refused and not as a dead letter, and stays where it is: the global thread of Kafka Streams 4.3.1 has no producer,
 * and given a dead letter of an undecodable record it dies of a {@code ClassCastException}.
 */
public final class DeadLetters implements DeserializationExceptionHandler, ProcessingExceptionHandler {

    /** Header with the reason: its name as the meter counts it, a colon, and a sentence. */
    public static final String REASON_HEADER = "tagweir.reason";

    /** Header that says what of the record was cut off; absent if nothing was. */
    public static final String CUT_HEADER = "tagweir.cut";

    /** Header with the timestamp of the record, in milliseconds since the epoch. */
    public static final String TIMESTAMP_HEADER = "tagweir.timestamp";

    /** Setting through which the application hands over its {@link Meters}. */
    public static final String METERS_CONFIG = "tagweir.meters";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private DeadLetter letters = new DeadLetter("", 0);
    private @Nullable Meters meters;

    @Override
    public void configure(Map<String, ?> configs) {
        letters = DeadLetter.configured(configs);
        meters = (Meters) configs.get(METERS_CONFIG);
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

    /** Whether the record is of a topic that every instance reads whole. There the handler is told no node. */
    private static boolean isGlobal(ErrorHandlerContext context) {
        return context.taskId().subtopology() < 0; // The global thread's task is -1_-1.
    }

    private static boolean isBadData(Exception failure) {
        return failure instanceof SerializationException;
    }

    private List<ProducerRecord<byte[], byte[]>> letter(ErrorHandlerContext context, Exception failure) {
        var reason = failure instanceof RejectedRecordException rejected
                ? rejected.reason()
                : RejectedRecordException.Reason.UNDECODABLE;
        boolean stays = isGlobal(context);
        if (meters != null && stays) {
            meters.controlRefused(reason.name());
        } else if (meters != null) {
            meters.deadLetter(reason.name());
        }
        if (stays) {
            log.warn(
                    "the record at offset {} of {} is left out: {}: {}",
                    context.offset(),
                    context.topic(),
                    reason,
                    DeadLetter.text(String.valueOf(failure.getMessage())));
            return List.of();
        }
        return List.of(letters.of(
                context.sourceRawKey(),
                context.sourceRawValue(),
                context.headers(),
                reason.name(),
                failure,
                new DeadLetter.Place(context.topic(), context.partition(), context.offset(), context.timestamp())));
    }
}
