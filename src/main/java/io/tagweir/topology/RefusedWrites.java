package io.tagweir.topology;

import io.tagweir.meter.Meters;
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
 * Decides what becomes of a record that the producer or a broker refuses.
 *
 * <p>{@link RecordLimits} and the checks at start keep that from happening; it happens where the limits of a topic are
 * changed while the application runs. An answer, a hop, a miss or a request that Kafka will never take is kept as a
 * dead letter, so the query it belongs to is accounted for, and the stream goes on. The application stops, and loses
 * nothing, where the refused record is a changelog's (the query would be lost by a crash) or itself a dead letter, and
 * under {@code exactly_once_v2}, where the refusal has ended the transaction. What may succeed later is tried again.
 * Called by stream threads and by the producer's own.
 */
public final class RefusedWrites implements ProductionExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(RefusedWrites.class);
    private static final String CHANGELOG = "-changelog";

    private DeadLetter letters = new DeadLetter("", 0);
    private boolean atomic;
    private @Nullable Meters meters;

    @Override
    public void configure(Map<String, ?> configs) {
        letters = DeadLetter.configured(configs);
        atomic = StreamsConfig.EXACTLY_ONCE_V2.equals(configs.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        meters = (Meters) configs.get(DeadLetters.METERS_CONFIG);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception refusal) {
        if (refusal instanceof RetriableException) {
            return Response.retry();
        }
        if (!isTheRecordsFault(refusal) || atomic || isVital(record.topic())) {
            log.error(
                    "a record of {} bytes for topic {} was refused, so the application stops: {}{}",
                    size(record),
                    record.topic(),
                    refusal.getMessage(),
                    refusal instanceof RecordTooLargeException
                            ? "; raise max.message.bytes of that topic and kafka.producer.max.request.size, or lower "
                                    + RecordLimits.MAX_BYTES
                            : "");
            return Response.fail();
        }
        if (meters != null) {
            meters.deadLetter(REASON);
        }
        return Response.resume(List.of(letters.of(
                record.key(),
                record.value(),
                record.headers(),
                REASON,
                refusal,
                new DeadLetter.Place(record.topic(), -1, -1, record.timestamp() == null ? -1 : record.timestamp()))));
    }

    /** The reason on a dead letter that holds what was to be written, and not what was read. */
    static final String REASON = "WRITE_REFUSED";

    private static boolean isTheRecordsFault(Exception refusal) {
        return refusal instanceof RecordTooLargeException || refusal instanceof InvalidTimestampException;
    }

    private boolean isVital(String topic) {
        return topic.equals(letters.topic()) || topic.endsWith(CHANGELOG);
    }

    private static long size(ProducerRecord<byte[], byte[]> record) {
        long size = record.key() == null ? 0 : record.key().length;
        size += record.value() == null ? 0 : record.value().length;
        for (var header : record.headers()) {
            size += BoundedSerde.size(header);
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
