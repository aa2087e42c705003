package io.tagweir.snapshot;

import io.tagweir.avro.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * A canonical query as words with a BIO label each: what a student is trained on. Immutable.
 *
 * @param tokens the words between its spaces
 * @param labels {@code O}, or {@code B-} and {@code I-} with the label of the tag that begins there or goes on
 */
record Bio(List<String> tokens, List<String> labels) {

    /**
     * The words of a query and their labels; empty where that can't say what the tags say: one begins or ends within a
     * word, two cover the same word, or a word holds what other programs take for white space.
     *
     * @param tags with offsets in code points of the canonical query
     */
    static Optional<Bio> of(String canonical, List<Tag> tags) {
        var tokens = List.of(canonical.split(" "));
        var starts = new HashMap<Integer, Integer>();
        var ends = new HashMap<Integer, Integer>();
        int at = 0;
        for (int word = 0; word < tokens.size(); word++) {
            String token = tokens.get(word);
            if (token.isEmpty() || token.codePoints().anyMatch(Character::isWhitespace)) {
                return Optional.empty();
            }
            starts.put(at, word);
            at += token.codePointCount(0, token.length());
            ends.put(at, word);
            at++;
        }
        var labels = new String[tokens.size()];
        for (var tag : tags) {
            var first = starts.get(tag.getStart());
            var last = ends.get(tag.getEnd());
            if (first == null || last == null || last < first) {
                return Optional.empty();
            }
            for (int word = first; word <= last; word++) {
                if (labels[word] != null) {
                    return Optional.empty();
                }
                labels[word] = (word == first ? "B-" : "I-") + tag.getLabel();
            }
        }
        for (int word = 0; word < labels.length; word++) {
            labels[word] = labels[word] == null ? "O" : labels[word];
        }
        return Optional.of(new Bio(tokens, List.of(labels)));
    }
}
