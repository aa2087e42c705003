package io.tagweir.tag;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The labels a site allows, the values it allows for some of them, and which of them can't stand beside each other.
 * Immutable.
 *
 * @param labels allowed; empty: all are
 * @param values allowed values, in canonical form, of each label that may not have any
 * @param exclusive groups of labels; of each group only one span may stand in a query
 */
public record Taxonomy(Set<String> labels, Map<String, Set<String>> values, List<Set<String>> exclusive) {

    /** Allows everything. */
    public static final Taxonomy ANY = new Taxonomy(Set.of());

    private static final int FINGERPRINT_BYTES = 8;

    public Taxonomy {
        labels = Set.copyOf(labels);
        values = values.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, label -> Set.copyOf(label.getValue())));
        exclusive = exclusive.stream().map(Set::copyOf).toList();
    }

    /** Allows any value of these labels, side by side. */
    public Taxonomy(Set<String> labels) {
        this(labels, Map.of(), List.of());
    }

    /**
     * Reads a file such as {@code {"labels": ["creator", {"label": "color", "values": ["red"]}], "exclusive":
     * [["creator"]]}}; the values may also stand apart, as {@code "values": {"color": ["red"]}}.
     *
     * @param canonical turns a value into the form in which values are compared
     * @throws IllegalArgumentException that says what is wrong with the file
     */
    public static Taxonomy read(Path file, UnaryOperator<String> canonical) {
        return TaxonomyFile.read(file, canonical);
    }

    public boolean allows(String label) {
        return labels.isEmpty() || labels.contains(label);
    }

    /** Whether the label may have some values only. */
    public boolean restricts(String label) {
        return values.containsKey(label);
    }

    /** @param value in canonical form */
    public boolean allows(String label, String value) {
        return allows(label)
                && (!restricts(label) || values.getOrDefault(label, Set.of()).contains(value));
    }

    /**
     * Names what rows are checked against: the first eight bytes, in hexadecimal, of SHA-256 over the sorted labels,
     * each followed by a line feed, and then the sorted allowed values of each sorted label that has some, each as a
     * tab, the label, a tab, the value and a line feed; empty for {@link #ANY}. What excludes each other is no part of
     * it: a row is not checked against that.
     */
    public String fingerprint() {
        if (labels.isEmpty()) {
            return "";
        }
        var lines = new StringBuilder();
        new TreeSet<>(labels).forEach(label -> lines.append(label).append('\n'));
        new TreeMap<>(values)
                .forEach((label, allowed) -> new TreeSet<>(allowed)
                        .forEach(value -> lines.append('\t')
                                .append(label)
                                .append('\t')
                                .append(value)
                                .append('\n')));
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(lines.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
