package io.tagweir.topology;

import io.tagweir.head.Rejected;
import io.tagweir.meter.Meters;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.StreamsConfig;
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
 * <p>Only bad data is kept so: bytes that don't decode, and what was {@link Rejected}. Anything else, such as a
 * registry that can't be reached or a broken invariant, stops the application: going on would drop good records. Kafka
 * makes the handler and configures it with the application's own settings.
 *
 * <p>A record of a topic that every instance reads whole (control records, catalog events) is logged, counted as
 * refused and not as a dead letter, and stays where it is: the global thread of Kafka Streams 4.3.1 has no producer,
 * and given a dead letter of an undecodable record it dies of a {@code ClassCastException}.
 */
public final class DeadLetters implements DeserializationExceptionHandler, ProcessingExceptionHandler {

    /** Header with the reason: its name as the meter counts it, a colon, and a sentence. */
    public static final String REASON_HEADER = "tagweir.reason";

    /** Setting through which the application hands over its {@link Meters}. */
    public static final String METERS_CONFIG = "tagweir.meters";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private String topic = "";
    private @Nullable Meters meters;

    @Override
    public void configure(Map<String, ?> configs) {
        topic = String.valueOf(configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG));
        meters = (Meters) configs.get(METERS_CONFIG);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
        return isBadData(failure)
                ? DeserializationExceptionHandler.Response.resume(letter(context, failure))
                : DeserializationExceptionHandler.Response.fail();
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        return failure instanceof Rejected
                ? ProcessingExceptionHandler.Response.resume(letter(context, failure))
                : ProcessingExceptionHandler.Response.fail();
    }

    private static boolean isBadData(Exception failure) {
        return failure instanceof SerializationException;
    }

    private List<ProducerRecord<byte[], byte[]>> letter(ErrorHandlerContext context, Exception failure) {
        var reason = failure instanceof Rejected rejected ? rejected.reason() : Rejected.Reason.UNDECODABLE;
        boolean stays = context.taskId().subtopology() < 0; // The global thread's task is -1_-1.
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
                    failure.getMessage());
            return List.of();
        }
        var letter = new ProducerRecord<>(
                topic, null, context.timestamp(), context.sourceRawKey(), context.sourceRawValue());
        context.headers().forEach(letter.headers()::add);
        add(letter, REASON_HEADER, reason + ": " + failure.getMessage());
        // The names under which Kafka Streams' own handlers write the same facts.
        add(letter, "__streams.errors.exception", failure.getClass().getName());
        add(letter, "__streams.errors.message", String.valueOf(failure.getMessage()));
        add(letter, "__streams.errors.stacktrace", stackTrace(failure));
        add(letter, "__streams.errors.topic", context.topic());
        add(letter, "__streams.errors.partition", String.valueOf(context.partition()));
        add(letter, "__streams.errors.offset", String.valueOf(context.offset()));
        return List.of(letter);
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String header, String value) {
        letter.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String stackTrace(Exception failure) {
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
