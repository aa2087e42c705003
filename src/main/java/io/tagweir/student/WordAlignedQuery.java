package io.tagweir.student;

import io.tagweir.query.Words;

/**
 * A query's tokens, aligned with its words. The arrays are never written to after construction.
 */
final class WordAlignedQuery implements EncodedQuery {

    /** The first token of a word that has none. */
    static final int NO_TOKEN = -1;

    private final Words words;

    /** Token ids, {@code int64[tokens]}, special tokens at both ends included. */
    final long[] ids;
    /** Token type ids, {@code int64[tokens]}. */
    final long[] types;

    private final int[] firstTokens;

    WordAlignedQuery(Words words, long[] ids, long[] types, int[] firstTokens) {
        this.words = words;
        this.ids = ids;
        this.types = types;
        this.firstTokens = firstTokens;
    }

    @Override
    public String text() {
        return words.text();
    }

    @Override
    public int tokens() {
        return ids.length;
    }

    int words() {
        return words.count();
    }

    /** First code point of a word. */
    int start(int word) {
        return words.start(word);
    }

    /** One past the last code point of a word. */
    int end(int word) {
        return words.end(word);
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
