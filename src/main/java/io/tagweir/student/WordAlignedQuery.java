package io.tagweir.student;

/**
 * A query's tokens, aligned with its words. A word is a run of code points without a space. The arrays are never written
 * to after construction.
 */
final class WordAlignedQuery implements EncodedQuery {

    /** The first token of a word that has none. */
    static final int NO_TOKEN = -1;

    private final String text;

    /** Token ids, {@code int64[tokens]}, special tokens at both ends included. */
    final long[] ids;
    /** Token type ids, {@code int64[tokens]}. */
    final long[] types;

    private final int[] starts;
    private final int[] ends;
    private final int[] firstTokens;

    WordAlignedQuery(String text, long[] ids, long[] types, int[] starts, int[] ends, int[] firstTokens) {
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

    /** Whether the word has a token. It has none if the query was truncated before it or the tokenizer dropped it. */
    boolean hasToken(int word) {
        return firstTokens[word] != NO_TOKEN;
    }

    /** The word's first token, whose label is the label of the word. */
    int firstToken(int word) {
        return firstTokens[word];
    }
}
