package io.tagweir.student;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.tagweir.query.Words;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The model's tokenizer, which also aligns tokens with words.
 *
 * <p>The padding and truncation of {@code tokenizer.json} are replaced, since they were meant for training: a query is
 * truncated to {@code maxTokens}, and {@link TokenBatch} pads. Thread-safe; holds native memory.
 */
final class Tokenizer implements AutoCloseable {

    /** Bounds the work for one query: text beyond so many code points per token is not read. */
    private static final int CODE_POINTS_PER_TOKEN = 128;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxTokens;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int maxTokens) {
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
    }

    /** @throws IOException if the file is not a tokenizer */
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

    WordAlignedQuery encode(String query) {
        var words = Words.of(query);
        var encoding = tokenizer.encode(query.substring(0, query.offsetByCodePoints(0, readable(words))));
        return new WordAlignedQuery(
                words,
                encoding.getIds(),
                encoding.getTypeIds(),
                firstTokens(encoding.getCharTokenSpans(), words));
    }

    /** Length of the text to tokenize, in code points: whole words, at most as many as the model takes tokens. */
    private int readable(Words words) {
        int readable = 0;
        for (int word = 0; word < Math.min(words.count(), maxTokens); word++) {
            readable = words.end(word) <= CODE_POINTS_PER_TOKEN * maxTokens ? words.end(word) : readable;
        }
        return readable;
    }

    /** The first token of each word. A token's span, in code points, may start with the space before a word. */
    private static int[] firstTokens(CharSpan[] spans, Words words) {
        var first = new int[words.count()];
        Arrays.fill(first, WordAlignedQuery.NO_TOKEN);
        int word = 0;
        for (int token = 0; token < spans.length; token++) {
            CharSpan span = spans[token];
            if (span == null) {
                continue; // A special token, such as [CLS].
            }
            while (word < words.count() && words.end(word) <= span.getStart()) {
                word++;
            }
            if (word < words.count() && words.start(word) < span.getEnd() && first[word] < 0) {
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
