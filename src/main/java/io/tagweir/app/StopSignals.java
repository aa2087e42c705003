package io.tagweir.app;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals by which this process is asked to stop: SIGTERM, SIGINT and SIGHUP.
 *
 * <p>Left to itself the JVM ends with exit code 143 at a SIGTERM, however cleanly its shutdown hooks have closed
 * everything. Whoever handles the signal leaves with a code of its own.
 */
final class StopSignals {

    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /**
     * Runs {@code stop} at each of these signals, on a thread of the JVM, in place of ending the process. A signal that
     * can't be handled, as under {@code -Xrs}, keeps its meaning, and the log says so.
     */
    static void handle(Runnable stop) {
        for (var name : List.of("TERM", "INT", "HUP")) {
            try {
                handle(name, stop);
            } catch (ReflectiveOperationException e) {
                log.warn(
                        "SIG{} ends the process without exit code 0, as it can't be handled here: {}",
                        name,
                        e.getCause());
            }
        }
    }

    /** {@code sun.misc.Signal} is there in every JDK, but the compiler warns of each mention of it. */
    private static void handle(String name, Runnable stop) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
            stop.run();
            return null;
        });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    }
}
