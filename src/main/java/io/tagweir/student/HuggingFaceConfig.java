package io.tagweir.student;

import io.tagweir.reason.Reason;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's or tokenizer's configuration file in Hugging Face's format, of which a few fields are read. Each invalid
 * field is added to {@code problems} and replaced by a default, so that all problems are found at once. A file that
 * can't be read is one problem. For one thread.
 */
final class HuggingFaceConfig {

    private static final int MIN_TOKENS = 3;

    private final Path file;
    private final List<String> problems;
    private final @Nullable JsonValue root;

    /** Reads the file. A missing one is reported by the caller. */
    HuggingFaceConfig(Path file, List<String> problems) {
        this.file = file;
        this.problems = problems;
        this.root = Files.isReadable(file) ? read() : null;
    }

    private @Nullable JsonValue read() {
        try {
            var json = JsonValue.read(file);
            if (json.isObject()) {
                return json;
            }
            problem(json.invalid("an object"));
        } catch (InvalidInputException e) {
            problem(e);
        } catch (IOException e) {
            problems.add(file + " can't be read: " + Reason.of(e));
        }
        return null;
    }

    /** The label of each column of the logits, from {@code id2label}, which numbers them from 0. */
    BioLabels labels() {
        var names = new ArrayList<String>();
        try {
            if (root != null) {
                var id2label = root.at("id2label").fields();
                for (int label = 0; label < id2label.size(); label++) {
                    var name = id2label.get(Integer.toString(label));
                    if (name == null) {
                        throw new InvalidInputException(
                                "id2label does not number its labels from 0 to " + (id2label.size() - 1));
                    }
                    names.add(name.string());
                }
                if (names.isEmpty()) {
                    throw new InvalidInputException("id2label is missing; expected an object");
                }
                return labels(names);
            }
        } catch (InvalidInputException e) {
            problem(e);
        }
        return BioLabels.of(List.of("O"), problems);
    }

    private BioLabels labels(List<String> names) {
        var found = new ArrayList<String>();
        var labels = BioLabels.of(names, found);
        found.forEach(problem -> problems.add(file + ": " + problem));
        return labels;
    }

    /** How many token positions the model has. */
    int positions() {
        try {
            if (root != null) {
                var positions = root.at("max_position_embeddings");
                int count = positions.integer();
                if (count < MIN_TOKENS) {
                    throw positions.invalid("an integer of " + MIN_TOKENS + " or more");
                }
                return count;
            }
        } catch (InvalidInputException e) {
            problem(e);
        }
        return MIN_TOKENS;
    }

    /** The most tokens that the tokenizer makes; the exporter writes 1e30 for no limit. */
    int maxTokens(int absent) {
        try {
            if (root != null) {
                var limit = root.at("model_max_length");
                double tokens = limit.number(absent);
                if (!(tokens >= 1) || tokens != Math.rint(tokens)) {
                    throw limit.invalid("an integer of 1 or more");
                }
                return (int) Math.max(MIN_TOKENS, tokens);
            }
        } catch (InvalidInputException e) {
            problem(e);
        }
        return absent;
    }

    /** Id of the token that pads the shorter queries of a batch. */
    long paddingId() {
        try {
            return root == null ? 0 : root.at("pad_token_id").integer(0);
        } catch (InvalidInputException e) {
            problem(e);
            return 0;
        }
    }

    private void problem(InvalidInputException problem) {
        problems.add(file + ": " + problem.getMessage());
    }
}
