package io.tagweir.tag;

import io.tagweir.reason.Reason;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The file of a {@link Taxonomy} as it is read. Used by one thread. */
final class TaxonomyFile {

    private final Path file;
    private final UnaryOperator<String> canonical;
    private final Set<String> labels = new TreeSet<>();
    private final Map<String, Set<String>> values = new TreeMap<>();
    private final List<Set<String>> exclusive = new ArrayList<>();

    private TaxonomyFile(Path file, UnaryOperator<String> canonical) {
        this.file = file;
        this.canonical = canonical;
    }

    static Taxonomy read(Path file, UnaryOperator<String> canonical) {
        try {
            var read = new TaxonomyFile(file, canonical);
            read.take(JsonValue.read(file));
            return new Taxonomy(read.labels, read.values, read.exclusive);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException("the taxonomy " + file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the taxonomy " + file + " can't be read: " + Reason.of(e), e);
        }
    }

    private void take(JsonValue root) throws InvalidInputException {
        root.requireKnown(Set.of("labels", "values", "exclusive"));
        for (var listed : root.at("labels").items()) {
            labels.add(nonEmpty(listed.isObject() ? described(listed) : listed, "a label"));
        }
        require(!labels.isEmpty(), "has no label at 'labels'");
        for (var listed : root.at("labels").items()) {
            if (listed.isObject() && !listed.at("values").isAbsent()) {
                values(listed.at("label").string(), listed.at("values"));
            }
        }
        for (var label : root.at("values").fields().entrySet()) {
            values(label.getKey(), label.getValue());
        }
        if (!root.at("exclusive").isAbsent()) {
            for (var group : root.at("exclusive").items()) {
                exclusive.add(group(group));
            }
        }
    }

    /** The label of one that may come with its values. */
    private static JsonValue described(JsonValue described) throws InvalidInputException {
        described.requireKnown(Set.of("label", "values"));
        return described.at("label");
    }

    private Set<String> group(JsonValue labels) throws InvalidInputException {
        var together = new TreeSet<String>();
        for (var label : labels.strings()) {
            together.add(known(label, "exclusive"));
        }
        require(!together.isEmpty(), "has a group at 'exclusive' without a label");
        return together;
    }

    private void values(String label, JsonValue listed) throws InvalidInputException {
        known(label, "values");
        var allowed = new TreeSet<String>();
        for (var value : listed.items()) {
            allowed.add(canonical.apply(nonEmpty(value, "a value")));
        }
        require(!allowed.isEmpty() && !allowed.contains(""), "has no values for the label '" + label + "'");
        require(values.putIfAbsent(label, allowed) == null, "has values for the label '" + label + "' twice");
    }

    private static String nonEmpty(JsonValue value, String what) throws InvalidInputException {
        if (value.string().isEmpty()) {
            throw value.invalid(what + " that is not empty");
        }
        return value.string();
    }

    private String known(String label, String where) {
        require(labels.contains(label), "names '" + label + "' at '" + where + "', which is none of its labels");
        return label;
    }

    private void require(boolean met, String otherwise) {
        if (!met) {
            throw new IllegalArgumentException("the taxonomy " + file + " " + otherwise);
        }
    }
}
