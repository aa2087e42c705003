package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/** A model that tags queries. Implementations are safe to call from several threads at once. */
public interface Student extends AutoCloseable {

    /** {@code id@version}, as it stands in the lineage of an answer. */
    String id();

    /** Cuts a canonical query into word pieces, so that batches can be put together by their cost. */
    Encoded encode(String canonical);

    /**
     * Tags a batch in one run of the model.
     *
     * @param batch queries this student has encoded; best of like length, as the batch is padded to the longest
     * @return the answer to each query, in the order of {@code batch}
     * @throws StudentException where the model cannot answer this batch
     */
    List<Tagging> run(List<Encoded> batch);

    /** The spans of canonical queries, tagged in one run of the model, in their order. */
    default List<List<Span>> tag(List<String> queries) {
        return run(queries.stream().map(this::encode).toList()).stream()
                .map(Tagging::spans)
                .toList();
    }

    @Override
    void close();
}
