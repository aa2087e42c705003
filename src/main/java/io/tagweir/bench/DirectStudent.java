package io.tagweir.bench;

import io.tagweir.tag.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The ceiling of the tail: the student alone, fed from memory by as many threads as the tail has, in the same batches
 * and sub-batches.
 *
 * @param student tags a batch
 * @param batch queries that a thread takes at once
 * @param subBatch queries in one run of the model, of similar length
 */
public record DirectStudent(Function<List<String>, List<List<Span>>> student, int threads, int batch, int subBatch) {

    private static final int CAPACITY_QUERIES = 4_000;
    private static final long MAX_MICROS = 60_000_000;

    /**
     * The result of a run.
     *
     * @param rate queries per second
     * @param batch service time of a sub-batch
     */
    public record Run(double rate, Percentiles batch) {}

    /** The rate per second once it is warm. */
    public double capacity(UniqueMisses misses) {
        int first = misses.take(CAPACITY_QUERIES);
        run(first, CAPACITY_QUERIES);
        return run(first, CAPACITY_QUERIES).rate;
    }

    /** Tags the {@link Queries} numbered from {@code first}. */
    public Run run(int first, int count) {
        var texts =
                IntStream.range(first, first + count).mapToObj(Queries::text).toList();
        var micros = new ConcurrentHistogram(MAX_MICROS, 3);
        var batches = IntStream.iterate(0, from -> from < count, from -> from + batch)
                .mapToObj(from ->
                        Executors.callable(() -> tag(texts.subList(from, Math.min(count, from + batch)), micros)))
                .toList();
        var pool = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            for (var done : pool.invokeAll(batches)) {
                done.get();
            }
            return new Run(count * 1e9 / (System.nanoTime() - start), Percentiles.of(micros));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the student failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private void tag(List<String> texts, Histogram micros) {
        var sorted = new ArrayList<>(texts);
        sorted.sort(Comparator.comparingInt(String::length));
        for (int from = 0; from < sorted.size(); from += subBatch) {
            var part = sorted.subList(from, Math.min(sorted.size(), from + subBatch));
            long start = System.nanoTime();
            if (student.apply(part).size() != part.size()) {
                throw new IllegalStateException("the student left queries unanswered");
            }
            micros.recordValue(Math.min(MAX_MICROS, (System.nanoTime() - start) / 1_000));
        }
    }
}
