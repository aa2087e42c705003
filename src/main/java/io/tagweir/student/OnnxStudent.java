package io.tagweir.student;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A student from a model directory, run by ONNX Runtime.
 *
 * <p>Any number of threads may call {@link #run}; they share one session. {@link #close} does not wait for the runs
 * under way, one of which may hang: the last to return frees the session.
 *
 * <p>Weights quantised to int8 go with activations quantised by the range found in the whole batch, so a query's scores
 * depend a little on the queries beside it; the model card says how much.
 */
public final class OnnxStudent implements Student {

    private final StudentParts parts;
    private final StudentSettings settings;
    private final String id;
    private volatile List<BatchShape> warm;
    private int inside;
    private boolean closed;

    private OnnxStudent(StudentParts parts, StudentSettings settings, String id, List<BatchShape> warm) {
        this.parts = parts;
        this.settings = settings;
        this.id = id;
        this.warm = warm;
    }

    /**
     * Loads the model in {@code directory} and runs it once; takes about a second in a fresh JVM.
     *
     * @throws BrokenStudentException with every problem found, where it cannot serve
     */
    public static OnnxStudent load(Path directory, StudentSettings settings) {
        var parts = StudentParts.load(directory, settings);
        return new OnnxStudent(parts, settings, parts.directory().id(), List.of());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public OnnxStudent named(String given) {
        if (given.equals(id)) {
            return this;
        }
        if (!given.equals(earlierId())) {
            throw new StudentException("the model there is " + id);
        }
        return new OnnxStudent(parts, settings, given, warm);
    }

    /** The id that releases up to 0.1 gave, from {@code model.onnx}, {@code tokenizer.json} and {@code config.json}. */
    public String earlierId() {
        return parts.directory().earlierId();
    }

    /** Names of all the labels that the student can give, in alphabetical order. */
    public Set<String> labels() {
        return parts.directory().labels().entities();
    }

    /** What the student runs on, which need not be what was asked for. */
    public Device device() {
        return parts.device();
    }

    /**
     * Why the student runs on the CPU although the GPU was asked for, be it only where the GPU had no memory; empty
     * where it runs as asked.
     */
    public Optional<String> fallback() {
        return Optional.ofNullable(parts.fallback()).or(parts.model()::fallback);
    }

    @Override
    public Encoded encode(String canonical) {
        return whileOpen(() -> parts.tokenizer().encode(canonical));
    }

    @Override
    public List<Tagging> run(List<Encoded> batch) {
        return whileOpen(() -> runWords(batch));
    }

    private <T> T whileOpen(Supplier<T> work) {
        enter();
        try {
            return work.get();
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        if (closed) {
            throw new StudentException("the student is closed");
        }
        inside++;
    }

    private synchronized void leave() {
        inside--;
        if (closed && inside == 0) {
            parts.close();
        }
    }

    private List<Tagging> runWords(List<Encoded> batch) {
        var queries = new ArrayList<EncodedQuery>(batch.size());
        var rows = new ArrayList<Integer>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            var query = (EncodedQuery) batch.get(i);
            if (query.words() > 0) {
                queries.add(query);
                rows.add(i);
            }
        }
        var taggings = new ArrayList<>(Collections.nCopies(batch.size(), Optional.of(Tagging.NOTHING)));
        var notFinite = new ArrayList<String>();
        if (!queries.isEmpty()) {
            Logits logits = parts.run(queries);
            for (int row = 0; row < queries.size(); row++) {
                Optional<Tagging> answer;
                try {
                    answer = Optional.of(parts.decoder().decode(queries.get(row), logits, row));
                } catch (StudentException e) {
                    answer = Optional.empty();
                    notFinite.add(String.valueOf(e.getMessage()));
                }
                taggings.set(rows.get(row), answer);
            }
        }
        if (!notFinite.isEmpty()) {
            throw new NotFiniteException(String.join("; ", notFinite), taggings);
        }
        return taggings.stream().map(Optional::orElseThrow).toList();
    }

    @Override
    public void warmUp(List<BatchShape> shapes) {
        for (var shape : shapes) {
            // "shoe" is one token to any English tokenizer; the model adds one at each end.
            var words = Collections.nCopies(Math.max(1, shape.tokens() - 2), "shoe");
            try {
                run(Collections.nCopies(shape.queries(), encode(String.join(" ", words))));
            } catch (DeviceMemoryException full) {
                // Whoever runs a batch of this shape halves it; smaller ones are warmed all the same.
            }
        }
        warm = List.copyOf(shapes);
    }

    /** @throws StudentException also where another model lies in the directory by now */
    @Override
    public OnnxStudent renewed() {
        OnnxStudent fresh;
        try {
            fresh = load(parts.directory().path(), settings);
        } catch (BrokenStudentException e) {
            throw new StudentException("the student can't be loaded again: " + e.getMessage(), e);
        }
        if (!fresh.id().equals(parts.directory().id())) {
            fresh.close();
            throw new StudentException(
                    "the student can't be loaded again: " + parts.directory().path() + " holds " + fresh.id()
                            + " by now, not " + parts.directory().id());
        }
        try {
            fresh.warmUp(warm);
            return fresh.named(id);
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (inside == 0) {
                parts.close();
            }
        }
    }
}
