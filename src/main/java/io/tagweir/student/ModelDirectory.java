package io.tagweir.student;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model directory as exported by Hugging Face's Optimum: {@code model.onnx}, {@code tokenizer.json} and
 * {@code config.json}; {@code tokenizer_config.json} and {@code thresholds.json} are optional.
 *
 * @param files every file that is read
 * @param modelProblems why the model must not be loaded; empty if nothing is wrong
 * @param id {@code name@version}: the name of the directory and the version of its files, so that the lineage of an
 *     answer distinguishes two models of the same name
 * @param labels the label of each column of the logits, from {@code id2label}
 * @param maxTokens longest query, in tokens, special tokens included
 * @param paddingId id of the token that pads the shorter queries of a batch
 * @param shipped the thresholds that come with the model
 */
record ModelDirectory(
        Path path,
        ModelFiles files,
        List<String> modelProblems,
        String id,
        BioLabels labels,
        int maxTokens,
        long paddingId,
        Thresholds shipped) {

    Path model() {
        return path.resolve(ModelFiles.MODEL);
    }

    Path tokenizer() {
        return path.resolve(ModelFiles.TOKENIZER);
    }

    /**
     * Reads everything except the model and the tokenizer.
     *
     * @throws BrokenStudentException with every problem found
     */
    static ModelDirectory read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new BrokenStudentException(List.of("the model directory " + directory + " does not exist"));
        }
        var problems = new ArrayList<String>();
        for (String file : ModelFiles.REQUIRED) {
            if (!Files.isReadable(directory.resolve(file))) {
                problems.add("the model directory " + directory + " has no readable " + file);
            }
        }
        var config = new HuggingFaceConfig(directory.resolve("config.json"), problems);
        var labels = config.labels();
        int maxTokens = maxTokens(directory, config, problems);
        long paddingId = config.paddingId();
        Thresholds shipped = Thresholds.shippedIn(directory, problems);
        if (!problems.isEmpty()) {
            throw new BrokenStudentException(problems);
        }
        var modelProblems = new ArrayList<String>();
        var files = ModelFiles.of(directory, modelProblems);
        return new ModelDirectory(
                directory, files, modelProblems, id(directory, files::version), labels, maxTokens, paddingId, shipped);
    }

    /** The smaller limit of model and tokenizer: a RoBERTa model counts two positions that it can't use. */
    private static int maxTokens(Path directory, HuggingFaceConfig config, List<String> problems) {
        var tokenizer = directory.resolve(ModelFiles.TOKENIZER_CONFIG);
        int positions = config.positions();
        return Files.exists(tokenizer)
                ? Math.min(positions, new HuggingFaceConfig(tokenizer, problems).maxTokens(positions))
                : positions;
    }

    /** Whether the files are still those that were read. */
    boolean isUnchanged() {
        var problems = new ArrayList<String>();
        var now = ModelFiles.of(path, problems);
        return problems.isEmpty() && id.equals(id(path, now::version));
    }

    /** The id that releases up to 0.1 gave it, from fewer files. */
    String earlierId() {
        return id(path, files::earlierVersion);
    }

    /** A version of the files. */
    private interface Version {
        String read() throws IOException;
    }

    private static String id(Path directory, Version version) {
        try {
            return directory.toRealPath().getFileName() + "@" + version.read();
        } catch (IOException e) {
            throw new BrokenStudentException(List.of("the model in " + directory + " can't be read: " + Reason.of(e)));
        }
    }
}
