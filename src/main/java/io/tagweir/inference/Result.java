package io.tagweir.inference;

import io.tagweir.student.Tagging;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request: an answer, the reason of a failure, or neither, if the student has to be chosen again.
 *
 * @param tagging the student's answer
 * @param failure why the student failed on this text
 */
public record Result<P>(
        Request<P> request,
        @Nullable Tagging tagging,
        @Nullable String failure) {

    /** The student was not loaded, and the routing has changed since: the client chooses the student again. */
    public boolean mustRouteAgain() {
        return tagging == null && failure == null;
    }
}
