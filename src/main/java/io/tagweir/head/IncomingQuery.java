package io.tagweir.head;

import io.tagweir.avro.QueryEvent;
import io.tagweir.query.QueryKey;

/** A query event that passed validation, with the key it is looked up by. */
public record IncomingQuery(QueryEvent event, QueryKey key) {}
