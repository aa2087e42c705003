package io.tagweir.student;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model directory as Hugging Face's Optimum exports it: {@code model.onnx}, {@code tokenizer.json} and
 * {@code config.json}; {@code tokenizer_config.json} and {@code thresholds.json} are read where there are any.
 *
 * @param path the directory
 * @param files all that are read
 * @param modelProblems why the model itself must not be loaded; empty: nothing was found
 * @param id {@code name@version}: the directory's name, and the version of its files, so that an answer's lineage tells
 *     two models apart even under one name
 * @param labels the meaning of each column of the logits, from {@code id2label}
 * @param maxTokens tokens the model can take at once, those it adds itself included
 * @param paddingId the token that fills up shorter queries of a batch
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
     * Reads everything but the model and the tokenizer themselves.
     *
     * @throws BrokenStudentException with every problem there is
     */
    static ModelDirectory read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new BrokenStudentException(List.of("there is no model directory " + directory));
        }
        var problems = new ArrayList<String>();
        for (String file : ModelFiles.REQUIRED) {
            if (!Files.isReadable(directory.resolve(file))) {
                problems.add("the model directory " + directory + " has no readable " + file);
            }
        }
        var config = new ConfigFile(directory.resolve("config.json"), problems);
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

    /** The smaller of what model and tokenizer allow: a RoBERTa model counts two positions that it cannot use. */
    private static int maxTokens(Path directory, ConfigFile config, List<String> problems) {
        var tokenizer = directory.resolve(ModelFiles.TOKENIZER_CONFIG);
        int positions = config.positions();
        return Files.exists(tokenizer)
                ? Math.min(positions, new ConfigFile(tokenizer, problems).longest(positions))
                : positions;
    }

    /** Whether the directory still holds what it held when it was read. */
    boolean isUnchanged() {
        var problems = new ArrayList<String>();
        var now = ModelFiles.of(path, problems);
        return problems.isEmpty() && id.equals(id(path, now::version));
    }

    /** The id that releases up to 0.1 gave, from fewer files. */
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
            throw new BrokenStudentException(List.of("the model in " + directory + " cannot be read: " + Reason.of(e)));
        }
    }
}
