package io.tagweir.inference;

import io.tagweir.inference.Calibration.Measurement;
import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** One thread of a measurement: tokenizes queries, sorts them by length and runs them, for a set time. */
final class CalibrationRun implements Callable<CalibrationRun> {

    /** Fewest queries that are sorted by length together. */
    private static final int WINDOW = 64;

    private final List<String> texts;
    private final Student student;
    private final int queries;
    private final long until;
    private int at;
    private int tagged;
    private long cpuNanos;
    private long[] runs = new long[1024];
    private int ran;

    private CalibrationRun(List<String> texts, int from, Student student, int queries, long until) {
        this.texts = texts;
        this.at = from;
        this.student = student;
        this.queries = queries;
        this.until = until;
    }

    /**
     * Runs the student on so many threads for {@code time}.
     *
     * @throws RuntimeException thrown by the student
     */
    static Measurement of(List<String> texts, IntFunction<Student> session, int threads, int queries, Duration time)
            throws InterruptedException {
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var parts = new ArrayList<CalibrationRun>();
            long start = System.nanoTime();
            for (int thread = 0; thread < threads; thread++) {
                int from = thread * texts.size() / threads;
                parts.add(new CalibrationRun(texts, from, session.apply(thread), queries, start + time.toNanos()));
            }
            for (var part : pool.invokeAll(parts)) {
                part.get();
            }
            return measurement(parts, threads, queries, System.nanoTime() - start);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("the student failed: " + e.getCause(), e);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Measurement measurement(List<CalibrationRun> parts, int threads, int queries, long took) {
        long tagged = parts.stream().mapToLong(part -> part.tagged).sum();
        long cpuNanos = parts.stream().mapToLong(part -> part.cpuNanos).sum();
        long[] runs = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.runs, 0, part.ran))
                .sorted()
                .toArray();
        return new Measurement(
                threads,
                queries,
                tagged * 1e9 / took,
                Duration.ofNanos(runs[runs.length / 2]),
                cpuNanos / 1e3 / tagged);
    }

    /** Runs at least one window; ends after the one under way when time is up. */
    @Override
    public CalibrationRun call() {
        var threads = ManagementFactory.getThreadMXBean();
        boolean cpu = threads.isCurrentThreadCpuTimeSupported();
        long before = cpu ? threads.getCurrentThreadCpuTime() : 0;
        do {
            window();
        } while (System.nanoTime() < until);
        cpuNanos = cpu ? threads.getCurrentThreadCpuTime() - before : 0;
        return this;
    }

    private void window() {
        var window = new ArrayList<EncodedQuery>();
        for (int i = 0; i < Math.max(WINDOW, 2 * queries); i++) {
            window.add(student.encode(texts.get(at)));
            at = (at + 1) % texts.size();
        }
        window.sort(Comparator.comparingInt(EncodedQuery::tokens));
        for (int from = 0; from + queries <= window.size(); from += queries) {
            long start = System.nanoTime();
            tagged += student.run(window.subList(from, from + queries)).size();
            runs = ran == runs.length ? Arrays.copyOf(runs, 2 * ran) : runs;
            runs[ran++] = System.nanoTime() - start;
        }
    }
}
