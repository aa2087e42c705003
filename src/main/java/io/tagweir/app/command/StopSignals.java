package io.tagweir.app.command;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask this process to stop: SIGTERM, SIGINT and SIGHUP.
 *
 * <p>By default the JVM ends with exit code 143 at a SIGTERM, however cleanly its shutdown hooks close everything. A
 * command that handles the signal exits with its own code.
 */
public final class StopSignals {

    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /**
     * At each of these signals, runs {@code stop} on a thread of the JVM instead of ending the process. A signal that
     * can't be handled, as under {@code -Xrs}, still ends the process, and the log says so.
     */
    public static void handle(Runnable stop) {
        for (var name : List.of("TERM", "INT", "HUP")) {
            try {
                handle(name, stop);
            } catch (ReflectiveOperationException e) {
                log.warn(
                        "SIG{} can't be handled here, so it ends the process with an exit code other than 0: {}",
                        name,
                        e.getCause());
            }
        }
    }

    /** By reflection: every JDK has {@code sun.misc.Signal}, but the compiler warns at each use of it. */
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
