package io.tagweir.query;

import java.util.Arrays;

/**
 * The words of a canonical query: what stands between its single spaces. Offsets are code points of the query.
 * Immutable.
 */
public final class Words {

    private final String canonical;
    private final int[] from;
    private final int[] to;
    private final int[] starts;
    private final int[] ends;

    private Words(String canonical, int[] from, int[] to) {
        this.canonical = canonical;
        this.from = from;
        this.to = to;
        boolean plain = canonical.codePointCount(0, canonical.length()) == canonical.length();
        starts = plain ? from : codePoints(canonical, from);
        ends = plain ? to : codePoints(canonical, to);
    }

    public static Words of(String canonical) {
        int[] from = new int[count(canonical)];
        int[] to = new int[from.length];
        int at = 0;
        for (int word = 0; word < from.length; word++) {
            int space = canonical.indexOf(' ', at);
            from[word] = at;
            to[word] = space < 0 ? canonical.length() : space;
            at = to[word] + 1;
        }
        return new Words(canonical, from, to);
    }

    /** How many words a canonical text has. */
    public static int count(String canonical) {
        int count = canonical.isEmpty() ? 0 : 1;
        for (int space = canonical.indexOf(' '); space >= 0; space = canonical.indexOf(' ', space + 1)) {
            count++;
        }
        return count;
    }

    private static int[] codePoints(String text, int[] chars) {
        return Arrays.stream(chars).map(at -> text.codePointCount(0, at)).toArray();
    }

    public int count() {
        return from.length;
    }

    /** The words from {@code first} to {@code last}, both included, as they stand in the query. */
    public String text(int first, int last) {
        return canonical.substring(from[first], to[last]);
    }

    /** First code point of a word. */
    public int start(int word) {
        return starts[word];
    }

    /** One past the last code point of a word. */
    public int end(int word) {
        return ends[word];
    }

    /** The word that begins at a code point; negative where none does. */
    public int startingAt(int codePoint) {
        return Arrays.binarySearch(starts, codePoint);
    }

    /** The word that ends before a code point; negative where none does. */
    public int endingAt(int codePoint) {
        return Arrays.binarySearch(ends, codePoint);
    }
}
