package io.tagweir.testing;

import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import io.tagweir.tag.Span;
import java.util.List;
import java.util.stream.IntStream;

/** A student for tests that answers texts: a token is a word. */
public abstract class TextStudent implements Student {

    private record EncodedText(String text) implements EncodedQuery {

        @Override
        public int tokens() {
            return text.split(" ", -1).length;
        }
    }

    /** The spans of each query. */
    protected abstract List<List<Span>> answer(List<String> queries);

    /** How sure it is of its answer to a query. */
    protected float confidence(String query) {
        return 1;
    }

    @Override
    public EncodedQuery encode(String canonical) {
        return new EncodedText(canonical);
    }

    @Override
    public final List<Tagging> run(List<EncodedQuery> batch) {
        var queries = batch.stream().map(EncodedQuery::text).toList();
        var spans = answer(queries);
        return IntStream.range(0, queries.size())
                .mapToObj(i -> new Tagging(spans.get(i), confidence(queries.get(i))))
                .toList();
    }

    @Override
    public void close() {}
}
