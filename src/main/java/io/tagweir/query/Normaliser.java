package io.tagweir.query;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.Normalizer2;

/**
 * The canonical form of a query: NFKC with full case folding (Unicode's {@code NFKC_Casefold}, UAX #31), white space
 * trimmed and each run of it turned into one space.
 *
 * <p>Two texts with the same canonical form are the same query: they share head tags, a partition and an answer. The
 * mapping is idempotent and knows no locale. ICU4J supplies it rather than the JDK, so that every instance of a fleet
 * follows the same version of Unicode whatever JVM it runs on; {@link #VERSION} names rule and data together.
 *
 * <p>Thread-safe; text that is plain ASCII and canonical already comes back as the same object.
 */
public final class Normaliser {

    /** Id of the rule and of the Unicode data behind it. Keys made under different versions do not mix. */
    public static final String VERSION = "nfkc-casefold-ws-1/unicode-17.0";

    static final Normalizer2 NFKC_CASEFOLD = Normalizer2.getNFKCCasefoldInstance();

    private Normaliser() {}

    /** The canonical form of {@code typed}; empty where nothing but white space and ignorable characters is left. */
    public static String canonical(String typed) {
        return isCanonicalAscii(typed) ? typed : collapse(NFKC_CASEFOLD.normalize(typed));
    }

    private static boolean isCanonicalAscii(String typed) {
        char before = ' ';
        for (int i = 0; i < typed.length(); i++) {
            char c = typed.charAt(i);
            boolean plain = c > ' ' && c < 0x7f && (c < 'A' || c > 'Z');
            if (!plain && (c != ' ' || before == ' ')) {
                return false;
            }
            before = c;
        }
        return before != ' ';
    }

    private static String collapse(String folded) {
        var out = new StringBuilder(folded.length());
        boolean gap = false;
        for (int i = 0; i < folded.length(); ) {
            int codePoint = folded.codePointAt(i);
            i += Character.charCount(codePoint);
            if (UCharacter.isUWhiteSpace(codePoint)) {
                gap = out.length() > 0;
            } else {
                if (gap) {
                    out.append(' ');
                    gap = false;
                }
                out.appendCodePoint(codePoint);
            }
        }
        return out.toString();
    }
}
