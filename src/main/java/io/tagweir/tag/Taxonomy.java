package io.tagweir.tag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/**
 * The labels a site allows, as its file {@code {"labels": ["creator", "color"]}} says. Immutable.
 *
 * @param labels allowed; empty: all are
 */
public record Taxonomy(Set<String> labels) {

    /** Allows every label. */
    public static final Taxonomy ANY = new Taxonomy(Set.of());

    private static final int FINGERPRINT_BYTES = 8;

    public Taxonomy {
        labels = Set.copyOf(labels);
    }

    /** @throws IllegalArgumentException that says what is wrong with the file */
    public static Taxonomy read(Path file) {
        try {
            JsonNode listed =
                    new ObjectMapper().readTree(Files.readString(file)).path("labels");
            var labels = new TreeSet<String>();
            listed.forEach(label -> labels.add(label.asText("")));
            if (!listed.isArray() || labels.isEmpty() || labels.contains("")) {
                throw new IllegalArgumentException(
                        "the taxonomy " + file + " has no array of non-empty texts at 'labels'");
            }
            return new Taxonomy(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the taxonomy " + file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the taxonomy " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    public boolean allows(String label) {
        return labels.isEmpty() || labels.contains(label);
    }

    /**
     * Names the set of labels: the first eight bytes, in hexadecimal, of SHA-256 over the sorted labels, each followed
     * by a line feed; empty for {@link #ANY}.
     */
    public String fingerprint() {
        if (labels.isEmpty()) {
            return "";
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var label : new TreeSet<>(labels)) {
                digest.update((label + '\n').getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
