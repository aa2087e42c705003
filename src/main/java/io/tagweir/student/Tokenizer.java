package io.tagweir.student;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Cuts a query into the tokens of a model, and knows which word each came from.
 *
 * <p>Padding and truncation that {@code tokenizer.json} may ask for are switched off, as they belong to the model's
 * training: a query is cut to {@code maxTokens}, and padding is up to the batch. Thread-safe; holds native memory.
 */
final class Tokenizer implements AutoCloseable {

    /** Text beyond so many code points a token is not even looked at, which bounds the work one query can cause. */
    private static final int CODE_POINTS_PER_TOKEN = 128;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxTokens;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int maxTokens) {
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
    }

    /** @throws IOException where the file is no tokenizer */
    static Tokenizer load(Path file, int maxTokens) throws IOException {
        try {
            var options = Map.of(
                    "addSpecialTokens", "true",
                    "padding", "false",
                    "truncation", "true",
                    "maxLength", Integer.toString(maxTokens));
            return new Tokenizer(HuggingFaceTokenizer.newInstance(file, options), maxTokens);
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
                firstTokens(encoding.getCharTokenSpans(), starts, ends));
    }

    /** Code points worth tokenizing: whole words, no more of them than the model takes tokens. */
    private int readable(int[] ends) {
        int readable = 0;
        for (int word = 0; word < Math.min(ends.length, maxTokens); word++) {
            readable = ends[word] <= CODE_POINTS_PER_TOKEN * maxTokens ? ends[word] : readable;
        }
        return readable;
    }

    /** For each word its first token, or -1. A token's span, in code points, may start with the space before a word. */
    private static int[] firstTokens(CharSpan[] spans, int[] starts, int[] ends) {
        var first = new int[starts.length];
        Arrays.fill(first, -1);
        int word = 0;
        for (int token = 0; token < spans.length; token++) {
            CharSpan span = spans[token];
            if (span == null) {
                continue; // the model's own, such as [CLS]
            }
            while (word < ends.length && ends[word] <= span.getStart()) {
                word++;
            }
            if (word < ends.length && starts[word] < span.getEnd() && first[word] < 0) {
                first[word] = token;
            }
        }
        return first;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
