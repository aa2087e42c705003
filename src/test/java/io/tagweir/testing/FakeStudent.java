package io.tagweir.testing;

import io.tagweir.student.StudentException;
import io.tagweir.tag.Span;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tags every query as one span of the label {@code fake}; throws on the word {@code poison}, is unsure of the word
 * {@code unsure}; can be held still.
 */
public final class FakeStudent extends TextStudent {

    private final String id;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();

    public FakeStudent() {
        this("fake@1");
    }

    public FakeStudent(String id) {
        this.id = id;
    }

    /** Holds every run until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** Runs that are held still. */
    public int held() {
        return held.get();
    }

    public int runs() {
        return runs.get();
    }

    /** The queries of all runs, in the order in which they were run. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    protected float confidence(String query) {
        return query.contains("unsure") ? 0.3f : 1;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    protected List<List<Span>> answer(List<String> queries) {
        held.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StudentException("interrupted", e);
        }
        held.decrementAndGet();
        runs.incrementAndGet();
        asked.addAll(queries);
        if (queries.stream().anyMatch(query -> query.contains("poison"))) {
            throw new StudentException("poisoned");
        }
        return queries.stream()
                .map(query -> List.of(new Span("fake", 0, query.codePointCount(0, query.length()), 0.9f)))
                .toList();
    }
}
