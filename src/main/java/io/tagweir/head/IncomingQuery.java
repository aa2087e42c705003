package io.tagweir.head;

import io.tagweir.avro.QueryEvent;
import io.tagweir.query.QueryKey;

/**
 * A query event that passed validation, with the key it is looked up by.
 *
 * @param atHome whether its record lies in the partition of its key, so that it needs no repartition hop
 */
public record IncomingQuery(QueryEvent event, QueryKey key, boolean atHome) {

    IncomingQuery routed(boolean home) {
        return new IncomingQuery(event, key, home);
    }
}
