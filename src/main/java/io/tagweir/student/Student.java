package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/** A model that tags queries. Thread-safe. */
public interface Student extends AutoCloseable {

    /** {@code name@version}, as in the lineage of an answer. */
    String id();

    /**
     * This student under the id it was staged with, which may have the form of an earlier release. Use it in place of
     * this one.
     *
     * @throws StudentException if {@code given} is the id of another student
     */
    default Student withId(String given) {
        if (!id().equals(given)) {
            throw new StudentException("the directory has the student " + id());
        }
        return this;
    }

    /** Tokenizes a canonical query, so that batches can be formed by their cost. */
    EncodedQuery encode(String canonical);

    /**
     * Tags a batch in one run of the model.
     *
     * @param batch queries that this student has encoded, ideally of similar length: they are padded to the longest
     * @return the answers, in the order of {@code batch}
     * @throws NonFiniteLogitsException if the model can't answer some of them; it has the answers to the others
     * @throws DeviceMemoryException if the batch is too large for the device
     * @throws StudentException if the model can't answer this batch
     */
    List<Tagging> run(List<EncodedQuery> batch);

    /**
     * Runs the model once in each shape, since the first run in a shape allocates memory and, on a GPU, selects kernels,
     * which can take seconds.
     *
     * @throws StudentException if the model can't run such a batch
     */
    default void warmUp(List<BatchShape> shapes) {}

    /**
     * Loads the same model again, with a session of its own, and warms it up, to replace this one when a run of it hangs.
     * Returns this student if there is nothing to load. Takes as long as the first load.
     *
     * @throws StudentException if it can't be loaded or run any more
     */
    default Student reload() {
        return this;
    }

    /** Tags canonical queries in one run of the model; returns the spans of each, in their order. */
    default List<List<Span>> tag(List<String> queries) {
        return run(queries.stream().map(this::encode).toList()).stream()
                .map(Tagging::spans)
                .toList();
    }

    @Override
    void close();
}
