package io.tagweir.student;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an {@link OnnxStudent}, loaded and tested: tokenizer, model, decoder.
 *
 * @param device the device the model runs on, which may differ from the configured one
 * @param fallback why it differs; null if it does not
 */
record StudentPipeline(
        ModelDirectory directory,
        Tokenizer tokenizer,
        LogitModel model,
        BioDecoder decoder,
        Device device,
        @Nullable String fallback) {

    private static final Set<String> KNOWN_INPUTS =
            Set.of(LogitsTranslator.IDS, LogitsTranslator.MASK, LogitsTranslator.TYPES);

    private static final List<String> TEST_QUERIES = List.of("a", "two words");

    /** @throws BrokenStudentException with every problem found */
    static StudentPipeline load(Path directory, StudentSettings settings) {
        ModelDirectory described = ModelDirectory.read(directory);
        var problems = new ArrayList<>(described.modelProblems());
        Thresholds thresholds = settings.over(described.shipped());
        var unknown = new TreeSet<>(thresholds.byLabel().keySet());
        unknown.removeAll(described.labels().entities());
        if (!unknown.isEmpty()) {
            problems.add("thresholds are set for " + unknown + ", but the student's labels are "
                    + described.labels().entities());
        }
        Tokenizer tokenizer = loadTokenizer(described, problems);
        List<WordAlignedQuery> testQueries = tokenizer == null
                ? List.of()
                : TEST_QUERIES.stream().map(tokenizer::encode).toList();
        String fallback = null;
        LogitModel model = null;
        if (settings.device() == Device.GPU && described.modelProblems().isEmpty()) {
            var gpuProblems = new ArrayList<String>();
            model = loadModel(described, Device.GPU, settings, testQueries, gpuProblems);
            fallback = model == null ? "no GPU is available: " + String.join("; ", gpuProblems) : null;
        }
        Device device = model == null ? Device.CPU : Device.GPU;
        if (model == null && described.modelProblems().isEmpty()) {
            model = loadModel(described, Device.CPU, settings, testQueries, problems);
        } else if (model != null) {
            model = new CpuFallbackModel(model, () -> onCpu(described, settings));
        }
        if (problems.isEmpty() && !described.isUnchanged()) {
            problems.add("the files in " + directory + " changed while they were read; try again when all are in place");
        }
        if (!problems.isEmpty() || tokenizer == null || model == null) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            if (model != null) {
                model.close();
            }
            throw new BrokenStudentException(problems);
        }
        var decoder = new BioDecoder(described.labels(), thresholds);
        return new StudentPipeline(described, tokenizer, model, decoder, device, fallback);
    }

    private static LogitModel onCpu(ModelDirectory directory, StudentSettings settings) {
        try {
            return OnnxModel.load(directory.model(), Device.CPU, settings);
        } catch (IOException e) {
            throw new StudentException(directory.model() + " can't be loaded on the CPU: " + Reason.of(e), e);
        }
    }

    private static @Nullable Tokenizer loadTokenizer(ModelDirectory directory, List<String> problems) {
        try {
            return Tokenizer.load(directory.tokenizer(), directory.maxTokens());
        } catch (IOException e) {
            problems.add(directory.tokenizer() + " is not a tokenizer: " + Reason.of(e));
            return null;
        }
    }

    /**
     * Loads the model and runs the test queries; null if that fails, with the reasons in {@code problems}.
     */
    private static @Nullable LogitModel loadModel(
            ModelDirectory directory,
            Device device,
            StudentSettings settings,
            List<WordAlignedQuery> testQueries,
            List<String> problems) {
        OnnxModel model;
        try {
            model = OnnxModel.load(directory.model(), device, settings);
        } catch (IOException e) {
            problems.add(directory.model() + " can't be loaded: " + Reason.of(e));
            return null;
        }
        var found = new ArrayList<String>();
        for (String input : model.inputs()) {
            if (!KNOWN_INPUTS.contains(input)) {
                found.add("has the unknown input '" + input + "'; known are " + new TreeSet<>(KNOWN_INPUTS));
            }
        }
        if (found.isEmpty() && !testQueries.isEmpty()) {
            try {
                test(model, directory, testQueries);
            } catch (StudentException e) {
                found.add("can't be run: " + e.getMessage());
            }
        }
        if (found.isEmpty()) {
            return model;
        }
        model.close();
        found.forEach(problem -> problems.add(directory.model() + " " + problem));
        return null;
    }

    private static void test(LogitModel model, ModelDirectory directory, List<WordAlignedQuery> testQueries) {
        Logits logits = run(model, directory, testQueries);
        var decoder = new BioDecoder(directory.labels(), Thresholds.NONE);
        for (int row = 0; row < testQueries.size(); row++) {
            decoder.decode(testQueries.get(row), logits, row);
        }
    }

    Logits run(List<WordAlignedQuery> queries) {
        return run(model, directory, queries);
    }

    private static Logits run(LogitModel model, ModelDirectory directory, List<WordAlignedQuery> queries) {
        var batch = TokenBatch.of(queries, directory.paddingId());
        Logits logits = model.run(batch);
        int labels = directory.labels().size();
        if (logits.rows != batch.rows || logits.length != batch.length || logits.labels != labels) {
            throw new StudentException(
                    "the student's model returned [%d, %d, %d]; expected [%d queries, %d tokens, %d labels]"
                            .formatted(logits.rows, logits.length, logits.labels, batch.rows, batch.length, labels));
        }
        return logits;
    }

    void close() {
        model.close();
        tokenizer.close();
    }
}
