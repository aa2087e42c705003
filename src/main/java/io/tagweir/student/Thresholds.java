package io.tagweir.student;

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
import java.util.TreeMap;

/**
 * The confidence below which a span is dropped: one for every label, and exceptions by label.
 *
 * @param standard for every label without its own, 0 (keep all) to 1
 * @param byLabel label to its own threshold, 0 to 1
 */
public record Thresholds(double standard, Map<String, Double> byLabel) {

    static final String FILE = "thresholds.json";

    /** Keeps every span. */
    public static final Thresholds NONE = new Thresholds(0, Map.of());

    public Thresholds {
        byLabel = Map.copyOf(byLabel);
        require(standard, "the threshold");
        byLabel.forEach((label, threshold) -> require(threshold, "the threshold of '" + label + "'"));
    }

    public double of(String label) {
        return byLabel.getOrDefault(label, standard);
    }

    /** These, with the exceptions in {@code more} in place of their own. */
    Thresholds with(Map<String, Double> more) {
        var merged = new TreeMap<>(byLabel);
        merged.putAll(more);
        return new Thresholds(standard, merged);
    }

    /**
     * The thresholds a model directory ships, {@code {"default": 0.5, "labels": {"color": 0.6}}}; {@link #NONE} where
     * it ships none.
     */
    static Thresholds shippedIn(Path directory, List<String> problems) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return NONE;
        }
        var found = new ArrayList<String>();
        try {
            JsonNode root = new ObjectMapper().readTree(Files.readString(file));
            var byLabel = new TreeMap<String, Double>();
            root.path("labels")
                    .properties()
                    .forEach(label ->
                            byLabel.put(label.getKey(), number(label.getValue(), "'" + label.getKey() + "'", found)));
            double standard = number(root.path("default"), "'default'", found);
            if (found.isEmpty()) {
                return new Thresholds(standard, byLabel);
            }
        } catch (JsonProcessingException e) {
            found.add("is not JSON: " + e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            found.add("cannot be read: " + Reason.of(e));
        }
        found.forEach(problem -> problems.add(file + " " + problem));
        return NONE;
    }

    private static double number(JsonNode node, String what, List<String> problems) {
        if (!node.isNumber()) {
            problems.add("has no number at " + what);
            return 0;
        }
        return node.asDouble();
    }

    private static void require(double threshold, String what) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException(what + " is " + threshold + ", not between 0 and 1");
        }
    }
}
