package io.tagweir.query;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.Normalizer2;

/**
 * Normalises queries: NFKC with full case folding (Unicode's {@code NFKC_Casefold}, UAX #31), white space trimmed and
 * each run of it replaced by one space.
 *
 * <p>Texts with the same canonical form are the same query: they share head tags, a partition and an answer. The
 * mapping is idempotent and independent of the locale. It uses ICU4J rather than the JDK, so that all instances have
 * the same version of Unicode on any JVM; {@link #VERSION} identifies the rule and the data.
 *
 * <p>Thread-safe. Canonical ASCII text is returned as the same object.
 */
public final class Normaliser {

    /** Id of the rule and of its Unicode data. Keys of different versions must not be mixed. */
    public static final String VERSION = "nfkc-casefold-ws-1/unicode-17.0";

    static final Normalizer2 NFKC_CASEFOLD = Normalizer2.getNFKCCasefoldInstance();

    private Normaliser() {}

    /** The canonical form of {@code typed}; empty if it has only white space and ignorable characters. */
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
