package io.tagweir.text;

import java.util.Optional;

/**
 * The rule that identifiers, queries and labels are well-formed text: every surrogate is half of a pair.
 *
 * <p>Text is compared in UTF-16 and stored in UTF-8, where an unpaired surrogate becomes a question mark. Two texts
 * that differ in memory could then be equal in storage; well-formed ones can't. Thread-safe.
 */
public final class WellFormed {

    private WellFormed() {}

    /** What is wrong with a text, to follow its name in a message; empty if it is well formed. */
    public static Optional<String> problem(String text) {
        int at = unpaired(text);
        return at < 0
                ? Optional.empty()
                : Optional.of(String.format(
                        "is not well-formed text: it has an unpaired surrogate (U+%04X) at character %d",
                        (int) text.charAt(at), at));
    }

    /** Index of the first unpaired surrogate, in UTF-16 code units; -1 if there is none. */
    private static int unpaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
