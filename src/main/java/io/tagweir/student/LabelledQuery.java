package io.tagweir.student;

import io.tagweir.tag.Bio;
import io.tagweir.tag.Bio.WordSpan;
import java.util.List;

/**
 * A query whose words somebody labelled.
 *
 * @param tokens its words, none with white space in it
 * @param labels the BIO label of each word
 */
public record LabelledQuery(List<String> tokens, List<String> labels) {

    public LabelledQuery {
        tokens = List.copyOf(tokens);
        labels = List.copyOf(labels);
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("there are no tokens");
        }
        if (tokens.size() != labels.size()) {
            throw new IllegalArgumentException(
                    "there are " + tokens.size() + " tokens but " + labels.size() + " labels");
        }
        for (String token : tokens) {
            if (token.isEmpty() || token.codePoints().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("the token '" + token + "' is empty or holds white space");
            }
        }
        for (String label : labels) {
            if (!Bio.isLabel(label)) {
                throw new IllegalArgumentException("the label '" + label + "' is neither O, nor B- or I- and a name");
            }
        }
    }

    String text() {
        return String.join(" ", tokens);
    }

    List<WordSpan> entities() {
        return Bio.spans(labels);
    }
}
