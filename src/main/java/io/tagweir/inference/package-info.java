/** Runs students on threads of its own: a request queue, micro-batches, workers and a watchdog. */
@NullMarked
package io.tagweir.inference;

import org.jspecify.annotations.NullMarked;
