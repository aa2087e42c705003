package io.tagweir.student;

import java.util.Optional;

/** A loaded model that turns tokens into logits. Thread-safe; holds native memory. */
interface LogitModel extends AutoCloseable {

    /**
     * Runs one batch.
     *
     * @throws DeviceMemoryException if a smaller batch may fit
     * @throws StudentException if the run fails for another reason
     */
    Logits run(TokenBatch batch);

    /** Why some runs use another device than configured; empty if none do. */
    default Optional<String> fallback() {
        return Optional.empty();
    }

    @Override
    void close();
}
