package io.tagweir.app.snapshot;

import java.io.PrintWriter;
import java.util.function.LongConsumer;

/** A line a second on how many rows are done, and how many a second that is. Used by one thread. */
final class RowProgress implements LongConsumer {

    private static final double SECOND = 1e9;

    private final PrintWriter out;
    private final String what;
    private final long began = System.nanoTime();
    private long told = began;

    /** @param what for example {@code sent} */
    RowProgress(PrintWriter out, String what) {
        this.out = out;
        this.what = what;
    }

    @Override
    public void accept(long rows) {
        long now = System.nanoTime();
        if (now - told > SECOND) {
            told = now;
            out.printf("%s %d rows, %.0f a second%n", what, rows, rows * SECOND / (now - began));
            out.flush();
        }
    }
}
