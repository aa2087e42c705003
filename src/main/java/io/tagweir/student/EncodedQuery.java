package io.tagweir.student;

/**
 * A query in the model's terms: its tokens, and its words.
 *
 * <p>A word is a run of code points without a space. Immutable by agreement: nobody writes to the arrays.
 */
final class EncodedQuery implements Encoded {

    private static final int UNREAD = -1;

    private final String text;

    /** Word tokens, {@code int64[tokens]}, the model's own at both ends included. */
    final long[] ids;
    /** Segment of each token, {@code int64[tokens]}. */
    final long[] types;

    private final int[] starts;
    private final int[] ends;
    private final int[] firstTokens;

    EncodedQuery(String text, long[] ids, long[] types, int[] starts, int[] ends, int[] firstTokens) {
        this.text = text;
        this.ids = ids;
        this.types = types;
        this.starts = starts;
        this.ends = ends;
        this.firstTokens = firstTokens;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public int tokens() {
        return ids.length;
    }

    int words() {
        return starts.length;
    }

    /** First code point of a word. */
    int start(int word) {
        return starts[word];
    }

    /** One past the last code point of a word. */
    int end(int word) {
        return ends[word];
    }

    /** Whether the model saw the word: not where it was cut off, nor where the tokenizer knows it for nothing. */
    boolean read(int word) {
        return firstTokens[word] != UNREAD;
    }

    /** The token whose label is the word's. */
    int firstToken(int word) {
        return firstTokens[word];
    }
}
