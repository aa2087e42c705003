package io.tagweir.console;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the process is, for whoever decides whether to restart it or to send it work.
 *
 * @param live false once only a restart helps
 * @param ready true while it does its work; an instance that rebalances, restores or is not primed is live and not
 *     ready
 * @param state the state in the stream's own word, for example {@code RUNNING}
 * @param details anything worth reading beside it, in the order given
 */
public record Health(boolean live, boolean ready, String state, Map<String, String> details) {

    public Health {
        if (ready && !live) {
            throw new IllegalArgumentException("ready, yet not live, in state " + state);
        }
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
