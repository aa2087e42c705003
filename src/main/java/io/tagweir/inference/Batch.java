package io.tagweir.inference;

import java.util.List;

/**
 * Requests for one student that a worker took together. {@link BatchPlanner} splits it into runs.
 *
 * @param hangs how often a run of all these requests has hung
 */
record Batch(String student, List<Request<?>> requests, int hangs) {

    Batch {
        requests = List.copyOf(requests);
    }
}
