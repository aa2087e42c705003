package io.tagweir.student;

import io.tagweir.query.Alignment;
import io.tagweir.query.Normaliser;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A student's answers to labelled queries, held against the labels.
 *
 * @param official entities as they are
 * @param stripped entities on both sides without the function words at their ends, those of nothing else left out
 * @param queries how many were asked
 * @param elapsed time the student took
 */
public record Evaluation(Metrics official, Metrics stripped, int queries, Duration elapsed) {

    /**
     * Asks one query at a time, so that no figure hangs on which queries stand side by side. The path is that of a live
     * query: canonical form, student, and the spans carried back to the words as they were typed.
     */
    public static Evaluation of(Student student, List<LabelledQuery> queries) {
        var official = new Metrics.Tally();
        var stripped = new Metrics.Tally();
        long nanos = 0;
        for (LabelledQuery query : queries) {
            String text = query.text();
            long begun = System.nanoTime();
            List<Span> spans = student.tag(List.of(Normaliser.canonical(text))).get(0);
            nanos += System.nanoTime() - begun;
            List<Entity> found = entities(spans, query, text);
            official.add(query.gold(), found);
            stripped.add(strip(query.gold(), query.tokens()), strip(found, query.tokens()));
        }
        return new Evaluation(official.metrics(), stripped.metrics(), queries.size(), Duration.ofNanos(nanos));
    }

    private static List<Entity> entities(List<Span> spans, LabelledQuery query, String text) {
        var alignment = Alignment.of(text);
        var starts = new int[query.tokens().size()];
        for (int word = 1; word < starts.length; word++) {
            String before = query.tokens().get(word - 1);
            starts[word] = starts[word - 1] + before.codePointCount(0, before.length()) + 1;
        }
        var entities = new ArrayList<Entity>();
        for (Span span : spans) {
            int from = wordAt(starts, alignment.typedStart(span.start()));
            int to = wordAt(starts, alignment.typedEnd(span.end()) - 1) + 1;
            entities.add(new Entity(span.label(), from, to));
        }
        return entities;
    }

    private static int wordAt(int[] starts, int codePoint) {
        int found = Arrays.binarySearch(starts, codePoint);
        return found >= 0 ? found : -found - 2;
    }

    private static List<Entity> strip(List<Entity> entities, List<String> words) {
        return entities.stream()
                .flatMap(entity -> entity.stripped(words).stream())
                .toList();
    }
}
