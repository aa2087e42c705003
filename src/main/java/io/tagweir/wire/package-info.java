/** Avro in Confluent's wire format, and the schema registry that goes with it. */
@NullMarked
package io.tagweir.wire;

import org.jspecify.annotations.NullMarked;
