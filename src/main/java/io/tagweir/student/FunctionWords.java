package io.tagweir.student;

import io.tagweir.tag.Bio.WordSpan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * English function words, which link the parts of a query and name nothing themselves.
 *
 * <p>QueryNER's training and development queries include the <i>for</i> of "for men" in the span, its test queries do
 * not: that is a matter of annotation guidelines. <i>Without</i> and <i>no</i> are left out, since they negate.
 */
final class FunctionWords {

    private static final Set<String> WORDS = Set.of(
            "a", "an", "the", "and", "or", "&", "for", "of", "with", "in", "on", "at", "to", "by", "from", "as", "s",
            "'s", "my", "your");

    private FunctionWords() {}

    /** The entity without the function words at its ends; empty if it has no others. */
    static Optional<WordSpan> strip(WordSpan entity, List<String> words) {
        int from = entity.from();
        int to = entity.to();
        while (from < to && contains(words.get(from))) {
            from++;
        }
        while (to > from && contains(words.get(to - 1))) {
            to--;
        }
        return from == to ? Optional.empty() : Optional.of(new WordSpan(entity.label(), from, to));
    }

    private static boolean contains(String word) {
        return WORDS.contains(word.toLowerCase(Locale.ROOT));
    }
}
