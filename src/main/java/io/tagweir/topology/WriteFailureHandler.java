package io.tagweir.topology;

import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.TaggedCounter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles records that the producer or a broker rejects.
 *
 * <p>{@link RecordLimits} and the start checks prevent this unless a topic's limits change while the application runs.
 * An answer, rerouted query, miss or request that Kafka will never accept becomes a dead letter, so that its query is
 * accounted for, and processing continues. The application stops, without losing anything, if the record is a changelog
 * record (a crash would lose the query) or a dead letter, and under {@code exactly_once_v2}, where the failure has
 * ended the transaction. Retriable errors are retried. Called by stream threads and the producer's network thread.
 */
public final class WriteFailureHandler implements ProductionExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(WriteFailureHandler.class);
    private static final String CHANGELOG = "-changelog";

    private DeadLetterFactory letters = new DeadLetterFactory("", 0);
    private boolean atomic;
    private @Nullable TaggedCounter<WriteFailure> refused;

    @Override
    public void configure(Map<String, ?> configs) {
        letters = DeadLetterFactory.configured(configs);
        atomic = StreamsConfig.EXACTLY_ONCE_V2.equals(configs.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        refused = configs.get(DeadLetterHandler.METERS_CONFIG) instanceof Meters meters
                ? meters.counter(MeterName.DEAD_LETTERS, WriteFailure.class)
                : null;
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception refusal) {
        if (refusal instanceof RetriableException) {
            return Response.retry();
        }
        if (!isPermanent(refusal) || atomic || mustNotBeLost(record.topic())) {
            log.error(
                    "Kafka rejected a record of {} bytes for topic {}; the application stops: {}{}",
                    size(record),
                    record.topic(),
                    refusal.getMessage(),
                    refusal instanceof RecordTooLargeException
                            ? "; raise max.message.bytes of the topic and kafka.producer.max.request.size, or lower "
                                    + RecordLimits.MAX_BYTES
                            : "");
            return Response.fail();
        }
        if (refused != null) {
            refused.increment(WriteFailure.WRITE_REFUSED);
        }
        return Response.resume(List.of(letters.of(
                record.key(),
                record.value(),
                record.headers(),
                WriteFailure.WRITE_REFUSED.name(),
                refusal,
                new DeadLetterFactory.RecordOrigin(
                        record.topic(), -1, -1, record.timestamp() == null ? -1 : record.timestamp()))));
    }

    /** Why a dead letter holds a record that could not be written, not one that was read. */
    enum WriteFailure {
        WRITE_REFUSED
    }

    private static boolean isPermanent(Exception refusal) {
        return refusal instanceof RecordTooLargeException || refusal instanceof InvalidTimestampException;
    }

    private boolean mustNotBeLost(String topic) {
        return topic.equals(letters.topic()) || topic.endsWith(CHANGELOG);
    }

    private static long size(ProducerRecord<byte[], byte[]> record) {
        long size = record.key() == null ? 0 : record.key().length;
        size += record.value() == null ? 0 : record.value().length;
        for (var header : record.headers()) {
            size += SizeLimitedSerde.size(header);
        }
        return size;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Response handleSerializationError(
            ErrorHandlerContext context,
            ProducerRecord record,
            Exception failure,
            SerializationExceptionOrigin origin) {
        return Response.fail();
    }
}
