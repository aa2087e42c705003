package io.tagweir.head;

import io.tagweir.avro.QueryEvent;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link QueryEvent}, refuses it where it can't be answered, and adds its key.
 *
 * <p>The one place that says which queries are fit to be tagged. A refusal is thrown as {@link Rejected}, so Kafka's
 * deserialization handler keeps the record in the dead-letter topic.
 */
public final class IncomingQuerySerde implements Serde<IncomingQuery> {

    private final Serde<QueryEvent> events;
    private final int maxLength;

    /** @param maxLength longest query, canonical query, id and segment taken, in code points */
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
            throw new Rejected(Rejected.Reason.UNDECODABLE, "the record has no value");
        }
        if (event.getQueryId().isBlank()) {
            throw new Rejected(Rejected.Reason.MISSING_ID, "the query has no query_id");
        }
        bound(Rejected.Reason.ID_TOO_LONG, "the query_id", event.getQueryId());
        bound(Rejected.Reason.QUERY_TOO_LONG, "the query", event.getQuery());
        String canonical = Normaliser.canonical(event.getQuery());
        if (canonical.isEmpty()) {
            throw new Rejected(Rejected.Reason.EMPTY_QUERY, "the query is empty");
        }
        // A ligature may become 18 code points.
        bound(Rejected.Reason.QUERY_TOO_LONG, "the canonical form of the query", canonical);
        bound(Rejected.Reason.BAD_SEGMENT, "the segment", event.getSegment());
        if (event.getSegment().indexOf('\t') >= 0) {
            throw new Rejected(Rejected.Reason.BAD_SEGMENT, "the segment holds a tab");
        }
        return new IncomingQuery(event, new QueryKey(event.getSegment(), canonical));
    }

    private void bound(Rejected.Reason reason, String what, String text) {
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            throw new Rejected(
                    reason,
                    what + " has " + text.codePointCount(0, text.length()) + " code points, the limit is " + maxLength);
        }
    }
}
