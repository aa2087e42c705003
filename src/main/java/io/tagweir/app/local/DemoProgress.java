package io.tagweir.app.local;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.Percentiles;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The demo's progress, a line a second. On a terminal each line replaces the one before. */
final class DemoProgress implements AutoCloseable {

    private final PrintWriter out;
    private final int queries;
    private final AnswerCounter counter;
    private final boolean terminal = System.console() != null;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private int before;

    DemoProgress(PrintWriter out, int queries, AnswerCounter counter) {
        this.out = out;
        this.queries = queries;
        this.counter = counter;
        ticker.scheduleAtFixedRate(this::line, 1, 1, TimeUnit.SECONDS);
    }

    private void line() {
        var counts = counter.recent();
        int answered = counts.answered();
        double hits = answered == 0 ? 0 : 100.0 * counts.bySource().getOrDefault(Source.HEAD, 0) / answered;
        String line = String.format(
                        Locale.ROOT, "%d of %d answered, %d/s, hits %.1f%%", answered, queries, answered - before, hits)
                + latency("head", counts.head())
                + latency("tail", counts.tail());
        before = answered;
        out.print(terminal ? "\r\u001b[K" + line : line + System.lineSeparator());
        out.flush();
    }

    /** Empty if nothing was answered. */
    private static String latency(String name, Percentiles percentiles) {
        return percentiles.isEmpty()
                ? ""
                : String.format(Locale.ROOT, ", %s p50 %.1f p99 %.1f ms", name, percentiles.p50(), percentiles.p99());
    }

    /** How far the demo has got. */
    String answered() {
        var counts = counter.counts();
        return counts.answered() + " of " + queries + " queries were answered";
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        if (terminal) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
