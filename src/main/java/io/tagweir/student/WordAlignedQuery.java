package io.tagweir.student;

import io.tagweir.query.Words;

/**
 * A query in the model's terms: its tokens, and its words.
 *
 * <p>Immutable by agreement: nobody writes to the arrays.
 */
final class WordAlignedQuery implements EncodedQuery {

    private static final int UNREAD = -1;

    private final Words words;

    /** Word tokens, {@code int64[tokens]}, the model's own at both ends included. */
    final long[] ids;
    /** Segment of each token, {@code int64[tokens]}. */
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

    /** Whether the model saw the word: not where it was cut off, nor where the tokenizer knows it for nothing. */
    boolean read(int word) {
        return firstTokens[word] != UNREAD;
    }

    /** The token whose label is the word's. */
    int firstToken(int word) {
        return firstTokens[word];
    }
}
