package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/** A model that tags queries. Implementations are safe to call from several threads at once. */
public interface Student extends AutoCloseable {

    /** {@code id@version}, as it stands in the lineage of an answer. */
    String id();

    /**
     * Tags a batch in one run of the model.
     *
     * @param queries canonical queries; best of like length, as the batch is padded to the longest
     * @return the spans of each query, in the order of {@code queries}; offsets are code points of the canonical query,
     *     spans are ordered and do not overlap
     * @throws StudentException where the model cannot answer this batch
     */
    List<List<Span>> tag(List<String> queries);

    @Override
    void close();
}
