package io.tagweir.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a text, which spaces separate. Offsets are code points of the text. Immutable.
 *
 * <p>Canonical queries have single spaces, so their words and spaces make up the whole text.
 */
public final class Words {

    private final String text;
    private final int[] from;
    private final int[] to;
    private final int[] starts;
    private final int[] ends;

    /**
     * @param from first UTF-16 unit of each word
     * @param to one past its last
     */
    private Words(String text, int[] from, int[] to) {
        this.text = text;
        this.from = from;
        this.to = to;
        boolean plain = text.codePointCount(0, text.length()) == text.length();
        starts = plain ? from : codePoints(text, from);
        ends = plain ? to : codePoints(text, to);
    }

    /** The words between the spaces of a text. */
    public static Words of(String text) {
        int[] from = new int[count(text)];
        int[] to = new int[from.length];
        int at = 0;
        for (int word = 0; word < from.length; word++) {
            while (text.charAt(at) == ' ') {
                at++;
            }
            int space = text.indexOf(' ', at);
            from[word] = at;
            to[word] = space < 0 ? text.length() : space;
            at = to[word];
        }
        return new Words(text, from, to);
    }

    /** Words that are joined by single spaces; each may hold spaces itself. */
    public static Words joined(List<String> words) {
        int[] from = new int[words.size()];
        int[] to = new int[from.length];
        int at = 0;
        for (int word = 0; word < from.length; word++) {
            from[word] = at;
            to[word] = at + words.get(word).length();
            at = to[word] + 1;
        }
        return new Words(String.join(" ", words), from, to);
    }

    /** The number of words between the spaces of a text. */
    public static int count(String text) {
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != ' ' && (i == 0 || text.charAt(i - 1) == ' ')) {
                count++;
            }
        }
        return count;
    }

    private static int[] codePoints(String text, int[] chars) {
        return Arrays.stream(chars).map(at -> text.codePointCount(0, at)).toArray();
    }

    public int count() {
        return from.length;
    }

    public String text() {
        return text;
    }

    /** The text of the words from {@code first} to {@code last}, both included. */
    public String text(int first, int last) {
        return text.substring(from[first], to[last]);
    }

    /** All words, in order. */
    public List<String> list() {
        var words = new ArrayList<String>(from.length);
        for (int word = 0; word < from.length; word++) {
            words.add(text(word, word));
        }
        return words;
    }

    /** First code point of a word. */
    public int start(int word) {
        return starts[word];
    }

    /** One past the last code point of a word. */
    public int end(int word) {
        return ends[word];
    }

    /** The word that begins at a code point; negative if none does. */
    public int startingAt(int codePoint) {
        return Arrays.binarySearch(starts, codePoint);
    }

    /** The word that ends before a code point; negative if none does. */
    public int endingAt(int codePoint) {
        return Arrays.binarySearch(ends, codePoint);
    }

    /** The word with a code point, or the last one before it. */
    public int at(int codePoint) {
        int found = startingAt(codePoint);
        return found >= 0 ? found : -found - 2;
    }
}
