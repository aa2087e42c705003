package io.tagweir.student;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A model directory as Hugging Face's Optimum exports it: {@code model.onnx}, {@code tokenizer.json} and
 * {@code config.json}; {@code tokenizer_config.json} and {@code thresholds.json} are read where there are any.
 *
 * @param path the directory
 * @param id {@code name@version}: the directory's name, and the first eight hexadecimal digits of the SHA-256 over the
 *     three files, so that an answer's lineage tells two models apart even under one name
 * @param labels the meaning of each column of the logits, from {@code id2label}
 * @param maxPieces word pieces the model can take at once, those it adds itself included
 * @param paddingId the word piece that fills up shorter queries of a batch
 * @param shipped the thresholds that come with the model
 */
record ModelDirectory(Path path, String id, BioLabels labels, int maxPieces, long paddingId, Thresholds shipped) {

    private static final List<String> FILES = List.of("model.onnx", "tokenizer.json", "config.json");

    Path model() {
        return path.resolve("model.onnx");
    }

    Path tokenizer() {
        return path.resolve("tokenizer.json");
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
        for (String file : FILES) {
            if (!Files.isReadable(directory.resolve(file))) {
                problems.add("the model directory " + directory + " has no readable " + file);
            }
        }
        var config = new ConfigFile(directory.resolve("config.json"), problems);
        var labels = config.labels();
        int maxPieces = maxPieces(directory, config, problems);
        long paddingId = config.paddingId();
        Thresholds shipped = Thresholds.shippedIn(directory, problems);
        if (!problems.isEmpty()) {
            throw new BrokenStudentException(problems);
        }
        return new ModelDirectory(directory, id(directory), labels, maxPieces, paddingId, shipped);
    }

    /** The smaller of what model and tokenizer allow: a RoBERTa model counts two positions that it cannot use. */
    private static int maxPieces(Path directory, ConfigFile config, List<String> problems) {
        var tokenizer = directory.resolve("tokenizer_config.json");
        int positions = config.positions();
        return Files.exists(tokenizer)
                ? Math.min(positions, new ConfigFile(tokenizer, problems).longest(positions))
                : positions;
    }

    private static String id(Path directory) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String file : FILES) {
                try (var in = new DigestInputStream(Files.newInputStream(directory.resolve(file)), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            String version = HexFormat.of().formatHex(digest.digest(), 0, 4);
            return directory.toRealPath().getFileName() + "@" + version;
        } catch (IOException e) {
            throw new BrokenStudentException(List.of("the model in " + directory + " cannot be read: " + Reason.of(e)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
