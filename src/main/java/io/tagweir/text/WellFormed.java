package io.tagweir.text;

import java.util.Optional;

/**
 * The rule that text which identifies or describes anything must be well formed: every surrogate is half of a pair.
 *
 * <p>Texts are compared in UTF-16 and stored in UTF-8, where an unpaired surrogate becomes a question mark. So two
 * texts that differ here could be one and the same there. Among well-formed texts that can't happen. Thread-safe.
 */
public final class WellFormed {

    private WellFormed() {}

    public static boolean is(String text) {
        return unpaired(text) < 0;
    }

    /** What is wrong with a text, fit to follow its name in a message; empty where it is well formed. */
    public static Optional<String> problem(String text) {
        int at = unpaired(text);
        return at < 0
                ? Optional.empty()
                : Optional.of(String.format(
                        "is not well-formed text: it has an unpaired surrogate (U+%04X) at character %d",
                        (int) text.charAt(at), at));
    }

    /** Index of the first unpaired surrogate, in UTF-16 code units; -1 where there is none. */
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
