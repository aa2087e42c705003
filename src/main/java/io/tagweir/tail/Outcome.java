package io.tagweir.tail;

import io.tagweir.student.Tagging;
import org.jspecify.annotations.Nullable;

/**
 * What became of a ticket: the student's answer, or why there is none.
 *
 * @param tagging null where the student failed on this very query
 */
record Outcome(
        Ticket ticket, @Nullable Tagging tagging, @Nullable String failure) {}
