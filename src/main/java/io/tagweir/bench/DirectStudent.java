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

    /** Queries a second it can tag, warm, with the machine to itself. */
    double capacity(Course course) {
        int first = course.unasked().take(TRIAL);
        var texts = IntStream.range(first, first + TRIAL)
                .mapToObj(Queries::text)
                .toList();
        run(texts);
        return run(texts);
    }

    /** Tags all texts; returns queries a second. */
    double run(List<String> texts) {
        var next = new AtomicInteger();
        var pool = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            var work = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                work.add(pool.submit(() -> work(texts, next)));
            }
            for (var thread : work) {
                thread.get();
            }
            return texts.size() * 1e9 / (System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the student failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private void work(List<String> texts, AtomicInteger next) {
        for (int from = next.getAndAdd(batch); from < texts.size(); from = next.getAndAdd(batch)) {
            var taken = new ArrayList<>(texts.subList(from, Math.min(texts.size(), from + batch)));
            taken.sort(Comparator.comparingInt(String::length));
            for (int i = 0; i < taken.size(); i += subBatch) {
                var part = taken.subList(i, Math.min(taken.size(), i + subBatch));
                if (student.apply(part).size() != part.size()) {
                    throw new IllegalStateException("the student left queries unanswered");
                }
            }
        }
    }
}
