package io.tagweir.student;

import io.tagweir.reason.Reason;
import io.tagweir.text.BadText;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of a model or its tokenizer in Hugging Face's form, of which we read a few fields of many. What is
 * wrong is added to the problems, and a stand-in returned; of a file that can't be read nothing more is told. Used by
 * one thread.
 */
final class ConfigFile {

    private static final int LEAST_TOKENS = 3;

    private final Path file;
    private final List<String> problems;
    private final @Nullable JsonValue root;

    /** Reads the file; that there is none is for others to tell. */
    ConfigFile(Path file, List<String> problems) {
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
            problem(json.wrong("an object"));
        } catch (BadText e) {
            problem(e);
        } catch (IOException e) {
            problems.add(file + " cannot be read: " + Reason.of(e));
        }
        return null;
    }

    /** The meaning of each column of the logits: {@code id2label}, which numbers them from 0. */
    BioLabels labels() {
        var names = new ArrayList<String>();
        try {
            if (root != null) {
                var id2label = root.at("id2label").fields();
                for (int label = 0; label < id2label.size(); label++) {
                    var name = id2label.get(Integer.toString(label));
                    if (name == null) {
                        throw new BadText("id2label does not number its labels from 0 to " + (id2label.size() - 1));
                    }
                    names.add(name.text());
                }
                if (names.isEmpty()) {
                    throw new BadText("there is no id2label");
                }
                return labels(names);
            }
        } catch (BadText e) {
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

    /** How many tokens the model has a position for. */
    int positions() {
        try {
            if (root != null) {
                var positions = root.at("max_position_embeddings");
                int most = positions.integer();
                if (most < LEAST_TOKENS) {
                    throw positions.wrong("a whole number of " + LEAST_TOKENS + " or more");
                }
                return most;
            }
        } catch (BadText e) {
            problem(e);
        }
        return LEAST_TOKENS;
    }

    /** How many tokens the tokenizer makes at most; the exporter writes 1e30 where it has no limit. */
    int longest(int absent) {
        try {
            if (root != null) {
                var limit = root.at("model_max_length");
                double most = limit.number(absent);
                if (!(most >= 1) || most != Math.rint(most)) {
                    throw limit.wrong("a whole number of 1 or more");
                }
                return (int) Math.max(LEAST_TOKENS, most);
            }
        } catch (BadText e) {
            problem(e);
        }
        return absent;
    }

    /** The token that fills up shorter queries of a batch. */
    long paddingId() {
        try {
            return root == null ? 0 : root.at("pad_token_id").integer(0);
        } catch (BadText e) {
            problem(e);
            return 0;
        }
    }

    private void problem(BadText problem) {
        problems.add(file + ": " + problem.getMessage());
    }
}
