package io.tagweir.roster;

import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.tag.Span;
import io.tagweir.testing.TextStudent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads a student for any directory, named by its last part; counts those that are open. Thread-safe. */
final class FakeModels {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final Set<String> broken = new ConcurrentSkipListSet<>();

    private final class Model extends TextStudent {

        private final String id;
        private boolean closed;

        Model(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        protected List<List<Span>> answer(List<String> queries) {
            if (closed) {
                throw new StudentException("the student is closed");
            }
            return queries.stream().map(query -> List.<Span>of()).toList();
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException(id + " is closed twice");
            }
            closed = true;
            open.decrementAndGet();
        }
    }

    Student load(Path directory) {
        String id = String.valueOf(directory.getFileName());
        if (broken.contains(id)) {
            throw new StudentException("it does not run");
        }
        loads.incrementAndGet();
        open.incrementAndGet();
        return new Model(id);
    }

    void breakModel(String id) {
        broken.add(id);
    }

    void mend(String id) {
        broken.remove(id);
    }

    int open() {
        return open.get();
    }

    int loads() {
        return loads.get();
    }
}
