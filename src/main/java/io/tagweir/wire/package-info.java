/** Avro serdes in Confluent's wire format, and the client of the schema registry. */
@NullMarked
package io.tagweir.wire;

import org.jspecify.annotations.NullMarked;
