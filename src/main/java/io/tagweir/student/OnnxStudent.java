package io.tagweir.student;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A student from a model directory, run by ONNX Runtime.
 *
 * <p>Any number of threads may call {@link #run}; they share one session. {@link #close} waits for the runs under way.
 *
 * <p>Weights quantised to int8 go with activations quantised by the range found in the whole batch, so a query's scores
 * depend a little on the queries beside it; the model card says how much.
 */
public final class OnnxStudent implements Student {

    private static final Set<String> KNOWN_INPUTS =
            Set.of(LogitsTranslator.IDS, LogitsTranslator.MASK, LogitsTranslator.TYPES);

    private static final List<String> TRIAL = List.of("a", "two words");

    private final ModelDirectory directory;
    private final WordPieces pieces;
    private final OnnxModel model;
    private final BioDecoder decoder;
    private final Device device;
    private final @Nullable String fallback;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxStudent(
            ModelDirectory directory,
            WordPieces pieces,
            OnnxModel model,
            BioDecoder decoder,
            Device device,
            @Nullable String fallback) {
        this.directory = directory;
        this.pieces = pieces;
        this.model = model;
        this.decoder = decoder;
        this.device = device;
        this.fallback = fallback;
    }

    /**
     * Loads the model in {@code directory} and runs it once; takes about a second in a fresh JVM.
     *
     * @throws BrokenStudentException with every problem found, where it cannot serve
     */
    public static OnnxStudent load(Path directory, StudentSettings settings) {
        ModelDirectory described = ModelDirectory.read(directory);
        var problems = new ArrayList<String>();
        Thresholds thresholds = settings.over(described.shipped());
        var unknown = new TreeSet<>(thresholds.byLabel().keySet());
        unknown.removeAll(described.labels().entities());
        if (!unknown.isEmpty()) {
            problems.add("there are thresholds for " + unknown + ", but the labels of the student are "
                    + described.labels().entities());
        }
        WordPieces pieces = loadPieces(described, problems);
        List<EncodedQuery> trial =
                pieces == null ? List.of() : TRIAL.stream().map(pieces::encode).toList();
        String fallback = null;
        OnnxModel model = null;
        if (settings.device() == Device.GPU) {
            var whyNot = new ArrayList<String>();
            model = loadModel(described, Device.GPU, settings, trial, whyNot);
            fallback = model == null ? "no GPU can be had: " + String.join("; ", whyNot) : null;
        }
        Device device = model == null ? Device.CPU : Device.GPU;
        if (model == null) {
            model = loadModel(described, Device.CPU, settings, trial, problems);
        }
        if (!problems.isEmpty() || pieces == null || model == null) {
            if (pieces != null) {
                pieces.close();
            }
            if (model != null) {
                model.close();
            }
            throw new BrokenStudentException(problems);
        }
        var decoder = new BioDecoder(described.labels(), thresholds);
        return new OnnxStudent(described, pieces, model, decoder, device, fallback);
    }

    private static @Nullable WordPieces loadPieces(ModelDirectory directory, List<String> problems) {
        try {
            return WordPieces.load(directory.tokenizer(), directory.maxPieces());
        } catch (IOException e) {
            problems.add(directory.tokenizer() + " is no tokenizer: " + e.getMessage());
            return null;
        }
    }

    /**
     * The model after a run of {@code trial} that came out in the right shape; null with the reasons in
     * {@code problems}.
     */
    private static @Nullable OnnxModel loadModel(
            ModelDirectory directory,
            Device device,
            StudentSettings settings,
            List<EncodedQuery> trial,
            List<String> problems) {
        OnnxModel model;
        try {
            model = OnnxModel.load(directory.model(), device, settings.intraOpThreads());
        } catch (IOException e) {
            problems.add(directory.model() + " cannot be loaded: " + e.getMessage());
            return null;
        }
        var found = new ArrayList<String>();
        for (String input : model.inputs()) {
            if (!KNOWN_INPUTS.contains(input)) {
                found.add("has an input '" + input + "', which is none of " + new TreeSet<>(KNOWN_INPUTS));
            }
        }
        if (found.isEmpty() && !trial.isEmpty()) {
            try {
                Logits logits =
                        checked(model.run(PieceBatch.of(trial, directory.paddingId())), trial, directory.labels());
                var decoder = new BioDecoder(directory.labels(), Thresholds.NONE);
                for (int row = 0; row < trial.size(); row++) {
                    decoder.decode(trial.get(row), logits, row);
                }
            } catch (StudentException e) {
                found.add("does not run: " + e.getMessage());
            }
        }
        if (found.isEmpty()) {
            return model;
        }
        model.close();
        found.forEach(problem -> problems.add(directory.model() + " " + problem));
        return null;
    }

    private static Logits checked(Logits logits, List<EncodedQuery> queries, BioLabels labels) {
        int length = queries.stream().mapToInt(query -> query.ids.length).max().orElse(0);
        if (logits.rows != queries.size() || logits.length != length || logits.labels != labels.size()) {
            throw new StudentException(
                    "the student's model returned [%d, %d, %d] instead of [%d queries, %d pieces, %d labels]"
                            .formatted(
                                    logits.rows, logits.length, logits.labels, queries.size(), length, labels.size()));
        }
        return logits;
    }

    @Override
    public String id() {
        return directory.id();
    }

    /** Names of all the labels that the student can give, in alphabetical order. */
    public Set<String> labels() {
        return directory.labels().entities();
    }

    /** What the student runs on, which need not be what was asked for. */
    public Device device() {
        return device;
    }

    /** Why the student runs on the CPU although the GPU was asked for; empty where it runs as asked. */
    public Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    @Override
    public Encoded encode(String canonical) {
        return whileOpen(() -> pieces.encode(canonical));
    }

    @Override
    public List<Tagging> run(List<Encoded> batch) {
        return whileOpen(() -> runWords(batch));
    }

    private <T> T whileOpen(Supplier<T> work) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new StudentException("the student is closed");
            }
            return work.get();
        } finally {
            open.readLock().unlock();
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
        var taggings = new ArrayList<>(Collections.nCopies(batch.size(), Tagging.NOTHING));
        if (!queries.isEmpty()) {
            Logits logits =
                    checked(model.run(PieceBatch.of(queries, directory.paddingId())), queries, directory.labels());
            for (int row = 0; row < queries.size(); row++) {
                taggings.set(rows.get(row), decoder.decode(queries.get(row), logits, row));
            }
        }
        return List.copyOf(taggings);
    }

    /**
     * Runs the model once for a batch of {@code queries} with {@code words} words each, and forgets the answer: the
     * first run in a shape allocates, and on a GPU chooses its kernels, which takes up to seconds.
     */
    public void warmUp(int queries, int words) {
        tag(Collections.nCopies(queries, String.join(" ", Collections.nCopies(words, "shoe"))));
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
                pieces.close();
            }
        } finally {
            open.writeLock().unlock();
        }
    }
}
