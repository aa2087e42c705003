package io.tagweir.student;

import io.tagweir.reason.Reason;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model directory that are read, and the version computed from them.
 *
 * @param names relative to the directory: the required files, the optional ones, then the model's external data in
 *     alphabetical order
 */
record ModelFiles(Path directory, List<String> names) {

    static final String MODEL = "model.onnx";
    static final String TOKENIZER = "tokenizer.json";
    static final String CONFIG = "config.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    static final List<String> REQUIRED = List.of(MODEL, TOKENIZER, CONFIG);

    private static final List<String> OPTIONAL = List.of(TOKENIZER_CONFIG, Thresholds.FILE);

    private static final int VERSION_BYTES = 6;

    /** Length of a version up to release 0.1. */
    private static final int EARLIER_VERSION_BYTES = 4;

    /** The files of a directory that has all required ones. Problems with the others are added to {@code problems}. */
    static ModelFiles of(Path directory, List<String> problems) {
        var names = new ArrayList<>(REQUIRED);
        OPTIONAL.stream().filter(name -> Files.exists(directory.resolve(name))).forEach(names::add);
        var model = directory.resolve(MODEL);
        try {
            var locations = ExternalData.of(model);
            if (!locations.isEmpty()
                    && !directory.toRealPath().equals(model.toRealPath().getParent())) {
                problems.add(model + " is a link, and its external data would be looked for at the target;"
                        + " replace it by the file itself");
            }
            for (var location : locations) {
                String problem = problem(directory, location);
                if (problem == null) {
                    names.add(location);
                } else {
                    problems.add(model + " has external data in '" + location + "', which " + problem);
                }
            }
        } catch (IOException e) {
            problems.add(model + " can't be read: " + Reason.of(e));
        }
        return new ModelFiles(directory, names.stream().distinct().toList());
    }

    /** Why external data is refused, or null. Only files in the directory are part of the version. */
    private static @Nullable String problem(Path directory, String location) throws IOException {
        Path relative;
        try {
            relative = Path.of(location);
        } catch (InvalidPathException e) {
            return "is not a valid path";
        }
        if (relative.isAbsolute() || Stream.of(location.split("/")).anyMatch(".."::equals)) {
            return "is outside the directory; export the model with its data in the same directory";
        }
        var file = directory.resolve(relative);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return "is not a readable file in the directory";
        }
        return file.toRealPath().startsWith(directory.toRealPath())
                ? null
                : "is a link to a file outside the directory; replace it by the file itself";
    }

    /**
     * The first twelve hexadecimal digits of the SHA-256 over the names, lengths and bytes of all files.
     *
     * @throws IOException if one can't be read
     */
    String version() throws IOException {
        var digest = sha256();
        try (var out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            for (var name : names) {
                var file = directory.resolve(name);
                out.writeUTF(name);
                out.writeLong(Files.size(file));
                Files.copy(file, out);
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    }

    /** The version up to release 0.1: eight digits, computed from the bytes of {@link #REQUIRED} only. */
    String earlierVersion() throws IOException {
        var digest = sha256();
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            for (var name : REQUIRED) {
                Files.copy(directory.resolve(name), out);
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, EARLIER_VERSION_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
