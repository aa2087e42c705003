package io.tagweir.tag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Files;
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
            read.take(new ObjectMapper().readTree(Files.readString(file)));
            return new Taxonomy(read.labels, read.values, read.exclusive);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the taxonomy " + file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the taxonomy " + file + " can't be read: " + Reason.of(e), e);
        }
    }

    private void take(JsonNode root) {
        for (var listed : root.path("labels")) {
            labels.add(listed.isObject() ? described(listed) : listed.asText(""));
        }
        require(
                root.path("labels").isArray() && !labels.isEmpty() && !labels.contains(""),
                "has no array of non-empty texts at 'labels'");
        root.path("values").properties().forEach(label -> values(label.getKey(), label.getValue()));
        for (var group : root.path("exclusive")) {
            var together = new TreeSet<String>();
            group.forEach(label -> together.add(known(label.asText(""), "exclusive")));
            require(!together.isEmpty(), "has a group at 'exclusive' that is no array of labels");
            exclusive.add(together);
        }
    }

    /** Takes a label that comes with its values. */
    private String described(JsonNode described) {
        var label = described.path("label").asText("");
        labels.add(label);
        if (described.has("values")) {
            values(label, described.get("values"));
        }
        return label;
    }

    private void values(String label, JsonNode listed) {
        known(label, "values");
        var allowed = new TreeSet<String>();
        listed.forEach(value -> allowed.add(canonical.apply(value.asText(""))));
        require(
                listed.isArray() && !allowed.isEmpty() && !allowed.contains(""),
                "has no array of non-empty values for the label '" + label + "'");
        require(values.putIfAbsent(label, allowed) == null, "has values for the label '" + label + "' twice");
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
