package io.tagweir.student;

import io.tagweir.query.Alignment;
import io.tagweir.query.Normaliser;
import io.tagweir.query.Words;
import io.tagweir.tag.Bio.WordSpan;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.util.List;

/**
 * A student's answers to labelled queries, compared with the labels.
 *
 * @param official entities as they are
 * @param stripped entities without the function words at their ends, on both sides; those of function words only are
 *     left out
 * @param queries number of queries
 * @param elapsed time the student took
 */
public record Evaluation(Metrics official, Metrics stripped, int queries, Duration elapsed) {

    /**
     * Tags one query at a time, so that the result does not depend on how queries are batched. As for a live query, the
     * student gets the canonical form, and its spans are mapped back to the words as typed.
     */
    public static Evaluation of(Student student, List<LabelledQuery> queries) {
        var official = new Metrics.Sum();
        var stripped = new Metrics.Sum();
        long nanos = 0;
        for (LabelledQuery query : queries) {
            String text = query.text();
            long begun = System.nanoTime();
            List<Span> spans = student.tag(List.of(Normaliser.canonical(text))).get(0);
            nanos += System.nanoTime() - begun;
            List<WordSpan> found = entities(spans, text);
            official.add(query.entities(), found);
            stripped.add(strip(query.entities(), query.tokens()), strip(found, query.tokens()));
        }
        return new Evaluation(official.metrics(), stripped.metrics(), queries.size(), Duration.ofNanos(nanos));
    }

    private static List<WordSpan> entities(List<Span> spans, String text) {
        var alignment = Alignment.of(text);
        var words = Words.of(text);
        return spans.stream()
                .map(span -> new WordSpan(
                        span.label(),
                        words.at(alignment.typedStart(span.start())),
                        words.at(alignment.typedEnd(span.end()) - 1) + 1))
                .toList();
    }

    private static List<WordSpan> strip(List<WordSpan> entities, List<String> words) {
        return entities.stream()
                .flatMap(entity -> FunctionWords.strip(entity, words).stream())
                .toList();
    }
}
