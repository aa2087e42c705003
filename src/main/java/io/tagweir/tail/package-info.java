/**
 * The policy of a miss, on the stream thread: cache, admission, single flight, deadlines, completion, fallback,
 * quality.
 */
@NullMarked
package io.tagweir.tail;

import org.jspecify.annotations.NullMarked;
