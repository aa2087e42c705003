package io.tagweir.head;

import io.tagweir.avro.QueryEvent;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes and validates a {@link QueryEvent}, and adds its key.
 *
 * <p>The only place that decides which queries are valid. An invalid one is thrown as {@link RejectedRecordException},
 * so that Kafka's deserialization handler writes it to the dead-letter topic.
 */
public final class IncomingQuerySerde implements Serde<IncomingQuery> {

    private final Serde<QueryEvent> events;
    private final int maxLength;

    /** @param maxLength longest valid query, canonical query, id and segment, in code points */
    public IncomingQuerySerde(Serde<QueryEvent> events, int maxLength) {
        this.events = events;
        this.maxLength = maxLength;
    }

    @Override
    public Serializer<IncomingQuery> serializer() {
        var serializer = events.serializer();
        return (topic, query) -> serializer.serialize(topic, query.event());
    }

    @Override
    public Deserializer<IncomingQuery> deserializer() {
        var deserializer = events.deserializer();
        return (topic, bytes) -> accept(deserializer.deserialize(topic, bytes));
    }

    private IncomingQuery accept(@Nullable QueryEvent event) {
        if (event == null) {
            throw new RejectedRecordException(RejectedRecordException.Rejection.UNDECODABLE, "the record has no value");
        }
        if (event.getQueryId().isBlank()) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.MISSING_ID, "the query has no query_id");
        }
        bound(RejectedRecordException.Rejection.ID_TOO_LONG, "the query_id", event.getQueryId());
        bound(RejectedRecordException.Rejection.QUERY_TOO_LONG, "the query", event.getQuery());
        String canonical = Normaliser.canonical(event.getQuery());
        if (canonical.isEmpty()) {
            throw new RejectedRecordException(RejectedRecordException.Rejection.EMPTY_QUERY, "the query is empty");
        }
        // One ligature can become 18 code points.
        bound(RejectedRecordException.Rejection.QUERY_TOO_LONG, "the canonical form of the query", canonical);
        bound(RejectedRecordException.Rejection.BAD_SEGMENT, "the segment", event.getSegment());
        if (event.getSegment().indexOf('\t') >= 0) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.BAD_SEGMENT, "the segment contains a tab");
        }
        return new IncomingQuery(event, new QueryKey(event.getSegment(), canonical));
    }

    private void bound(RejectedRecordException.Rejection reason, String what, String text) {
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            throw new RejectedRecordException(
                    reason,
                    what + " has " + text.codePointCount(0, text.length()) + " code points, the limit is " + maxLength);
        }
    }
}
