package io.tagweir.bench;

import io.tagweir.tag.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The ceiling of the tail: the student fed from memory, without Kafka, by as many threads as the tail has, in the same
 * sub-batches of like length.
 *
 * @param student tags a batch
 * @param batch queries a thread takes at once
 * @param subBatch queries in one run of the model
 */
public record DirectStudent(Function<List<String>, List<List<Span>>> student, int threads, int batch, int subBatch) {

    private static final int TRIAL = 4_000;
    private static final long LONGEST_MICROS = 60_000_000;

    /**
     * What a run over many texts came to.
     *
     * @param rate queries a second
     * @param batch how long a sub-batch took
     */
    record Run(double rate, Percentiles batch) {}

    /** Queries a second it can tag, warm, with the machine to itself. */
    double capacity(Course course) {
        int first = course.unasked().take(TRIAL);
        var texts =
                IntStream.range(first, first + TRIAL).mapToObj(Queries::text).toList();
        run(texts);
        return run(texts).rate;
    }

    /** Tags all texts. */
    Run run(List<String> texts) {
        var next = new AtomicInteger();
        var micros = new ConcurrentHistogram(LONGEST_MICROS, 3);
        var pool = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            var work = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                work.add(pool.submit(() -> work(texts, next, micros)));
            }
            for (var thread : work) {
                thread.get();
            }
            return new Run(texts.size() * 1e9 / (System.nanoTime() - start), Percentiles.of(micros));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the student failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private void work(List<String> texts, AtomicInteger next, Histogram micros) {
        for (int from = next.getAndAdd(batch); from < texts.size(); from = next.getAndAdd(batch)) {
            var taken = new ArrayList<>(texts.subList(from, Math.min(texts.size(), from + batch)));
            taken.sort(Comparator.comparingInt(String::length));
            for (int i = 0; i < taken.size(); i += subBatch) {
                var part = taken.subList(i, Math.min(taken.size(), i + subBatch));
                long start = System.nanoTime();
                if (student.apply(part).size() != part.size()) {
                    throw new IllegalStateException("the student left queries unanswered");
                }
                micros.recordValue(Math.min(LONGEST_MICROS, (System.nanoTime() - start) / 1_000));
            }
        }
    }
}
