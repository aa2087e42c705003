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
 * What an {@link OnnxStudent} is made of, loaded and tried out.
 *
 * @param device what the model runs on, which need not be what was asked for
 * @param fallback why that is so; null where it runs as asked
 */
record StudentParts(
        ModelDirectory directory,
        Tokenizer tokenizer,
        LogitModel model,
        BioDecoder decoder,
        Device device,
        @Nullable String fallback) {

    private static final Set<String> KNOWN_INPUTS =
            Set.of(LogitsTranslator.IDS, LogitsTranslator.MASK, LogitsTranslator.TYPES);

    private static final List<String> TRIAL = List.of("a", "two words");

    /** @throws BrokenStudentException with every problem found */
    static StudentParts load(Path directory, StudentSettings settings) {
        ModelDirectory described = ModelDirectory.read(directory);
        var problems = new ArrayList<>(described.modelProblems());
        Thresholds thresholds = settings.over(described.shipped());
        var unknown = new TreeSet<>(thresholds.byLabel().keySet());
        unknown.removeAll(described.labels().entities());
        if (!unknown.isEmpty()) {
            problems.add("there are thresholds for " + unknown + ", but the labels of the student are "
                    + described.labels().entities());
        }
        Tokenizer tokenizer = loadTokenizer(described, problems);
        List<EncodedQuery> trial = tokenizer == null
                ? List.of()
                : TRIAL.stream().map(tokenizer::encode).toList();
        String fallback = null;
        LogitModel model = null;
        if (settings.device() == Device.GPU && described.modelProblems().isEmpty()) {
            var whyNot = new ArrayList<String>();
            model = loadModel(described, Device.GPU, settings, trial, whyNot);
            fallback = model == null ? "no GPU can be had: " + String.join("; ", whyNot) : null;
        }
        Device device = model == null ? Device.CPU : Device.GPU;
        if (model == null && described.modelProblems().isEmpty()) {
            model = loadModel(described, Device.CPU, settings, trial, problems);
        } else if (model != null) {
            model = new CpuStandIn(model, () -> onCpu(described, settings));
        }
        if (problems.isEmpty() && !described.isUnchanged()) {
            problems.add("the files in " + directory + " changed while they were read; try again once all are there");
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
        return new StudentParts(described, tokenizer, model, decoder, device, fallback);
    }

    private static LogitModel onCpu(ModelDirectory directory, StudentSettings settings) {
        try {
            return OnnxModel.load(directory.model(), Device.CPU, settings);
        } catch (IOException e) {
            throw new StudentException(directory.model() + " cannot be loaded on the CPU: " + Reason.of(e), e);
        }
    }

    private static @Nullable Tokenizer loadTokenizer(ModelDirectory directory, List<String> problems) {
        try {
            return Tokenizer.load(directory.tokenizer(), directory.maxTokens());
        } catch (IOException e) {
            problems.add(directory.tokenizer() + " is no tokenizer: " + Reason.of(e));
            return null;
        }
    }

    /**
     * The model after a run of {@code trial} that came out in the right shape; null with the reasons in
     * {@code problems}.
     */
    private static @Nullable LogitModel loadModel(
            ModelDirectory directory,
            Device device,
            StudentSettings settings,
            List<EncodedQuery> trial,
            List<String> problems) {
        OnnxModel model;
        try {
            model = OnnxModel.load(directory.model(), device, settings);
        } catch (IOException e) {
            problems.add(directory.model() + " cannot be loaded: " + Reason.of(e));
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
                tryOut(model, directory, trial);
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

    private static void tryOut(LogitModel model, ModelDirectory directory, List<EncodedQuery> trial) {
        Logits logits = run(model, directory, trial);
        var decoder = new BioDecoder(directory.labels(), Thresholds.NONE);
        for (int row = 0; row < trial.size(); row++) {
            decoder.decode(trial.get(row), logits, row);
        }
    }

    Logits run(List<EncodedQuery> queries) {
        return run(model, directory, queries);
    }

    private static Logits run(LogitModel model, ModelDirectory directory, List<EncodedQuery> queries) {
        var batch = TokenBatch.of(queries, directory.paddingId());
        Logits logits = model.run(batch);
        int labels = directory.labels().size();
        if (logits.rows != batch.rows || logits.length != batch.length || logits.labels != labels) {
            throw new StudentException(
                    "the student's model returned [%d, %d, %d] instead of [%d queries, %d tokens, %d labels]"
                            .formatted(logits.rows, logits.length, logits.labels, batch.rows, batch.length, labels));
        }
        return logits;
    }

    void close() {
        model.close();
        tokenizer.close();
    }
}
