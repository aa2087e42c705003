package io.tagweir.console;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of the process, for liveness and readiness probes.
 *
 * @param live false if only a restart helps
 * @param ready true while it serves; an instance that rebalances, restores or is not primed is live but not ready
 * @param state the state of Kafka Streams, for example {@code RUNNING}
 * @param details further facts for a human, in this order
 */
public record Health(boolean live, boolean ready, String state, Map<String, String> details) {

    public Health {
        if (ready && !live) {
            throw new IllegalArgumentException("ready but not live in state " + state);
        }
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
