package io.tagweir.student;

import java.util.Optional;

/** A graph that turns tokens into logits, with what runs it. Thread-safe; holds native memory. */
interface LogitModel extends AutoCloseable {

    /**
     * Runs a batch once.
     *
     * @throws DeviceMemoryException where a smaller batch may pass
     * @throws StudentException where the run fails otherwise
     */
    Logits run(TokenBatch batch);

    /** Why some runs are done elsewhere than was asked for; empty: none are. */
    default Optional<String> fallback() {
        return Optional.empty();
    }

    @Override
    void close();
}
