package io.tagweir.snapshot.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes one file of a training set, and describes it for the manifest. Used by one thread. */
final class TrainingFile implements AutoCloseable {

    private final String name;
    private final MessageDigest sha256;
    private final OutputStream out;
    private long rows;
    private long labelled;

    TrainingFile(Path dir, String name) throws IOException {
        this.name = name;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        out = new DigestOutputStream(
                new BufferedOutputStream(Files.newOutputStream(dir.resolve(name)), 1 << 16), sha256);
    }

    void add(TrainingRow row) throws IOException {
        out.write((row.text() + '\n').getBytes(StandardCharsets.UTF_8));
        rows++;
        labelled += row.labelled() ? 1 : 0;
    }

    /** Describes the file; called once, after {@link #close}. */
    void describe(ObjectNode json) {
        json.put("file", name)
                .put("rows", rows)
                .put("without_labels", rows - labelled)
                .put("sha256", HexFormat.of().formatHex(sha256.digest()));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
