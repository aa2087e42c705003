package io.tagweir.topology;

import io.tagweir.student.StudentException;
import io.tagweir.student.TextStudent;
import io.tagweir.tag.Span;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Tags every query as one span of the label {@code fake}; throws on the word {@code poison}; can be held still. */
public final class FakeStudent extends TextStudent {

    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final AtomicInteger runs = new AtomicInteger();

    /** Holds every run until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    public int runs() {
        return runs.get();
    }

    @Override
    public String id() {
        return "fake@1";
    }

    @Override
    protected List<List<Span>> answer(List<String> queries) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StudentException("interrupted", e);
        }
        runs.incrementAndGet();
        if (queries.stream().anyMatch(query -> query.contains("poison"))) {
            throw new StudentException("poisoned");
        }
        return queries.stream()
                .map(query -> List.of(new Span("fake", 0, query.codePointCount(0, query.length()), 0.9f)))
                .toList();
    }
}
