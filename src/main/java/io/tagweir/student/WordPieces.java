package io.tagweir.student;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Cuts a query into the word pieces of a model, and knows which word each came from.
 *
 * <p>Padding and truncation that {@code tokenizer.json} may ask for are switched off, as they belong to the model's
 * training: a query is cut to {@code maxPieces}, and padding is up to the batch. Thread-safe; holds native memory.
 */
final class WordPieces implements AutoCloseable {

    /** Text beyond so many code points a piece is not even looked at, which bounds the work one query can cause. */
    private static final int CODE_POINTS_A_PIECE = 128;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxPieces;

    private WordPieces(HuggingFaceTokenizer tokenizer, int maxPieces) {
        this.tokenizer = tokenizer;
        this.maxPieces = maxPieces;
    }

    /** @throws IOException where the file is no tokenizer */
    static WordPieces load(Path file, int maxPieces) throws IOException {
        try {
            var options = Map.of(
                    "addSpecialTokens", "true",
                    "padding", "false",
                    "truncation", "true",
                    "maxLength", Integer.toString(maxPieces));
            return new WordPieces(HuggingFaceTokenizer.newInstance(file, options), maxPieces);
        } catch (RuntimeException | LinkageError e) {
            throw new IOException(Reason.of(e), e);
        }
    }

    EncodedQuery encode(String query) {
        int[] codePoints = query.codePoints().toArray();
        var starts = new int[codePoints.length / 2 + 1];
        var ends = new int[starts.length];
        int words = 0;
        for (int at = 0; at < codePoints.length; at++) {
            if (codePoints[at] != ' ' && (at == 0 || codePoints[at - 1] == ' ')) {
                starts[words++] = at;
            }
            if (codePoints[at] != ' ') {
                ends[words - 1] = at + 1;
            }
        }
        starts = Arrays.copyOf(starts, words);
        ends = Arrays.copyOf(ends, words);
        var encoding = tokenizer.encode(query.substring(0, query.offsetByCodePoints(0, readable(ends))));
        return new EncodedQuery(
                query,
                encoding.getIds(),
                encoding.getTypeIds(),
                starts,
                ends,
                firstPieces(encoding.getCharTokenSpans(), starts, ends));
    }

    /** Code points worth tokenizing: whole words, no more of them than the model takes pieces. */
    private int readable(int[] ends) {
        int readable = 0;
        for (int word = 0; word < Math.min(ends.length, maxPieces); word++) {
            readable = ends[word] <= CODE_POINTS_A_PIECE * maxPieces ? ends[word] : readable;
        }
        return readable;
    }

    /** For each word its first piece, or -1. A piece's span, in code points, may start with the space before a word. */
    private static int[] firstPieces(CharSpan[] spans, int[] starts, int[] ends) {
        var first = new int[starts.length];
        Arrays.fill(first, -1);
        int word = 0;
        for (int piece = 0; piece < spans.length; piece++) {
            CharSpan span = spans[piece];
            if (span == null) {
                continue; // the model's own, such as [CLS]
            }
            while (word < ends.length && ends[word] <= span.getStart()) {
                word++;
            }
            if (word < ends.length && starts[word] < span.getEnd() && first[word] < 0) {
                first[word] = piece;
            }
        }
        return first;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
