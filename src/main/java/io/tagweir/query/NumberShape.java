package io.tagweir.query;

/**
 * The shape of a canonical text, in which each number is replaced by {@code #}: {@code 12 oz} and {@code 1.5 oz} are
 * {@code # oz}, and {@code 8x10} is {@code #x#}.
 *
 * <p>A number is a run of decimal digits of any script, with single dots, commas and slashes between them. A text that
 * itself has a {@code #} is {@linkplain #isAmbiguous ambiguous}; callers must not count or match its shape.
 * Thread-safe.
 */
public final class NumberShape {

    /** The placeholder of a number. */
    public static final char NUMBER = '#';

    private NumberShape() {}

    /** The shape of a text; the same object if it has no digit. */
    public static String of(String text) {
        int first = nextDigit(text, 0);
        if (first == text.length()) {
            return text;
        }
        var shape = new StringBuilder(text.length());
        int done = 0;
        for (int digit = first; digit < text.length(); digit = nextDigit(text, done)) {
            shape.append(text, done, digit).append(NUMBER);
            done = end(text, digit);
        }
        return shape.append(text, done, text.length()).toString();
    }

    public static boolean hasNumber(String text) {
        return nextDigit(text, 0) < text.length();
    }

    /** Whether the text has the placeholder of a number. */
    public static boolean isAmbiguous(String text) {
        return text.indexOf(NUMBER) >= 0;
    }

    private static int nextDigit(String text, int from) {
        int i = from;
        while (i < text.length() && !isDigit(text, i)) {
            i++;
        }
        return i;
    }

    /** The end of the number that starts at {@code start}. */
    private static int end(String text, int start) {
        int i = start;
        while (true) {
            while (isDigit(text, i)) {
                i += Character.charCount(text.codePointAt(i));
            }
            if (i < text.length() && isSeparator(text.charAt(i)) && isDigit(text, i + 1)) {
                i++;
            } else {
                return i;
            }
        }
    }

    private static boolean isDigit(String text, int at) {
        return at < text.length() && Character.isDigit(text.codePointAt(at));
    }

    private static boolean isSeparator(char c) {
        return c == '.' || c == ',' || c == '/';
    }
}
