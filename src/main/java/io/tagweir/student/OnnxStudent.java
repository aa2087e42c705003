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
 * <p>Any number of threads may call {@link #run}; they share one session. {@link #close} does not wait for current runs,
 * one of which may hang: the last to return frees the session.
 *
 * <p>In an int8 model activations are quantised by the range of the whole batch, so a query's scores depend slightly on
 * the other queries in its batch. The model card says how much.
 */
public final class OnnxStudent implements Student {

    private final StudentPipeline pipeline;
    private final StudentSettings settings;
    private final String id;
    private volatile List<BatchShape> warm;
    private int running;
    private boolean closed;

    private OnnxStudent(StudentPipeline pipeline, StudentSettings settings, String id, List<BatchShape> warm) {
        this.pipeline = pipeline;
        this.settings = settings;
        this.id = id;
        this.warm = warm;
    }

    /**
     * Loads the model in {@code directory} and runs it once. Takes about a second in a fresh JVM.
     *
     * @throws BrokenStudentException with every problem found
     */
    public static OnnxStudent load(Path directory, StudentSettings settings) {
        var pipeline = StudentPipeline.load(directory, settings);
        return new OnnxStudent(pipeline, settings, pipeline.directory().id(), List.of());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public OnnxStudent withId(String given) {
        if (given.equals(id)) {
            return this;
        }
        if (!given.equals(earlierId())) {
            throw new StudentException("the directory has the student " + id);
        }
        return new OnnxStudent(pipeline, settings, given, warm);
    }

    /** The id that releases up to 0.1 gave it, from {@code model.onnx}, {@code tokenizer.json} and {@code config.json}. */
    public String earlierId() {
        return pipeline.directory().earlierId();
    }

    /** Every label that the student can give, in alphabetical order. */
    public Set<String> labels() {
        return pipeline.directory().labels().entities();
    }

    /** The device the student runs on, which may differ from the configured one. */
    public Device device() {
        return pipeline.device();
    }

    /**
     * Why the student, or a query that the GPU had too little memory for, runs on the CPU although the GPU is
     * configured; empty if all runs as configured.
     */
    public Optional<String> fallback() {
        return Optional.ofNullable(pipeline.fallback()).or(pipeline.model()::fallback);
    }

    @Override
    public EncodedQuery encode(String canonical) {
        return whileOpen(() -> pipeline.tokenizer().encode(canonical));
    }

    @Override
    public List<Tagging> run(List<EncodedQuery> batch) {
        return whileOpen(() -> runEncoded(batch));
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
        running++;
    }

    private synchronized void leave() {
        running--;
        if (closed && running == 0) {
            pipeline.close();
        }
    }

    private List<Tagging> runEncoded(List<EncodedQuery> batch) {
        var queries = new ArrayList<WordAlignedQuery>(batch.size());
        var rows = new ArrayList<Integer>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            var query = (WordAlignedQuery) batch.get(i);
            if (query.words() > 0) {
                queries.add(query);
                rows.add(i);
            }
        }
        var taggings = new ArrayList<>(Collections.nCopies(batch.size(), Optional.of(Tagging.NOTHING)));
        var notFinite = new ArrayList<String>();
        if (!queries.isEmpty()) {
            Logits logits = pipeline.run(queries);
            for (int row = 0; row < queries.size(); row++) {
                Optional<Tagging> answer;
                try {
                    answer = Optional.of(pipeline.decoder().decode(queries.get(row), logits, row));
                } catch (StudentException e) {
                    answer = Optional.empty();
                    notFinite.add(String.valueOf(e.getMessage()));
                }
                taggings.set(rows.get(row), answer);
            }
        }
        if (!notFinite.isEmpty()) {
            throw new NonFiniteLogitsException(String.join("; ", notFinite), taggings);
        }
        return taggings.stream().map(Optional::orElseThrow).toList();
    }

    @Override
    public void warmUp(List<BatchShape> shapes) {
        for (var shape : shapes) {
            // "shoe" is one token in any English tokenizer; a special token is added at each end.
            var words = Collections.nCopies(Math.max(1, shape.tokens() - 2), "shoe");
            try {
                run(Collections.nCopies(shape.queries(), encode(String.join(" ", words))));
            } catch (DeviceMemoryException full) {
                // A batch of this shape is halved when it comes; warm up the smaller ones.
            }
        }
        warm = List.copyOf(shapes);
    }

    /** @throws StudentException also if the directory has another model now */
    @Override
    public OnnxStudent reload() {
        OnnxStudent fresh;
        try {
            fresh = load(pipeline.directory().path(), settings);
        } catch (BrokenStudentException e) {
            throw new StudentException("the student can't be reloaded: " + e.getMessage(), e);
        }
        if (!fresh.id().equals(pipeline.directory().id())) {
            fresh.close();
            throw new StudentException(
                    "the student can't be reloaded: " + pipeline.directory().path() + " now has " + fresh.id()
                            + " instead of " + pipeline.directory().id());
        }
        try {
            fresh.warmUp(warm);
            return fresh.withId(id);
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (running == 0) {
                pipeline.close();
            }
        }
    }
}
