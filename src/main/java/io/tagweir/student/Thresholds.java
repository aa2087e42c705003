package io.tagweir.student;

import io.tagweir.reason.Reason;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The confidence below which a span is dropped: a default, and thresholds of single labels.
 *
 * @param standard the default, from 0 (keep all) to 1
 * @param byLabel thresholds of single labels, from 0 to 1
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

    /** These thresholds, with those in {@code more} added or replaced. */
    Thresholds with(Map<String, Double> more) {
        var merged = new TreeMap<>(byLabel);
        merged.putAll(more);
        return new Thresholds(standard, merged);
    }

    /**
     * Reads {@code thresholds.json} of a model directory, such as
     * {@code {"default": 0.5, "labels": {"color": 0.6}}}; {@link #NONE} if there is none.
     */
    static Thresholds shippedIn(Path directory, List<String> problems) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return NONE;
        }
        try {
            var root = JsonValue.read(file);
            root.requireKnown(Set.of("default", "labels"));
            var byLabel = new TreeMap<String, Double>();
            for (var label : root.at("labels").fields().entrySet()) {
                byLabel.put(label.getKey(), label.getValue().number());
            }
            return new Thresholds(root.at("default").number(), byLabel);
        } catch (InvalidInputException e) {
            problems.add(file + ": " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            problems.add(file + " can't be read: " + Reason.of(e));
        }
        return NONE;
    }

    private static void require(double threshold, String what) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException(what + " is " + threshold + "; expected 0 to 1");
        }
    }
}
