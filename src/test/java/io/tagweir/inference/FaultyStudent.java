package io.tagweir.inference;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.meter.Meters;
import io.tagweir.student.DeviceMemoryException;
import io.tagweir.student.EncodedQuery;
import io.tagweir.student.NonFiniteLogitsException;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.student.Tagging;
import io.tagweir.tag.Taxonomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A student that fails on certain words: {@code bad} throws, {@code nan} is no number, {@code hang} never returns until
 * {@link #thaw}, {@code stuck} does so on the first session alone. Each query is one token.
 */
final class FaultyStudent implements Student {

    /** Lets every span pass. */
    static final Guardrails UNGUARDED =
            new Guardrails(Taxonomy.ANY, GuardrailLimits.STANDARD, new Meters(new SimpleMeterRegistry()));

    /** What all sessions of the model share. */
    static final class Script {
        final List<List<String>> runs = Collections.synchronizedList(new ArrayList<>());
        final Set<Integer> closed = ConcurrentHashMap.newKeySet();
        final AtomicInteger sessions = new AtomicInteger();
        final AtomicInteger hangs = new AtomicInteger();
        final CountDownLatch thawed = new CountDownLatch(1);
        volatile int mostThatFit = Integer.MAX_VALUE;
        volatile boolean gone;
    }

    private record Text(String text) implements EncodedQuery {

        @Override
        public int tokens() {
            return 1;
        }
    }

    private final Script script;
    private final int session;

    FaultyStudent(Script script) {
        this.script = script;
        this.session = script.sessions.incrementAndGet();
    }

    void thaw() {
        script.thawed.countDown();
    }

    @Override
    public String id() {
        return "test@1";
    }

    @Override
    public EncodedQuery encode(String canonical) {
        return new Text(canonical);
    }

    @Override
    public List<Tagging> run(List<EncodedQuery> batch) {
        var texts = batch.stream().map(EncodedQuery::text).toList();
        script.runs.add(texts);
        if (texts.contains("hang") || (session == 1 && texts.contains("stuck"))) {
            script.hangs.incrementAndGet();
            try {
                script.thawed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (batch.size() > script.mostThatFit) {
            throw new DeviceMemoryException("full");
        }
        if (texts.contains("bad")) {
            throw new StudentException("no");
        }
        if (texts.contains("nan")) {
            throw new NonFiniteLogitsException(
                    "odd",
                    texts.stream()
                            .map(text -> text.equals("nan") ? Optional.<Tagging>empty() : Optional.of(Tagging.NOTHING))
                            .toList());
        }
        return texts.stream().map(text -> Tagging.NOTHING).toList();
    }

    @Override
    public Student reload() {
        if (script.gone) {
            throw new StudentException("it is gone");
        }
        return new FaultyStudent(script);
    }

    @Override
    public void close() {
        script.closed.add(session);
    }
}
