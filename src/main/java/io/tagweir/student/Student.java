package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/** A model that tags queries. Implementations are safe to call from several threads at once. */
public interface Student extends AutoCloseable {

    /** {@code id@version}, as it stands in the lineage of an answer. */
    String id();

    /**
     * This student under an id that it has been given, which may be one of an earlier release. To be used in place of
     * this one from then on.
     *
     * @throws StudentException where that is the id of another student
     */
    default Student named(String given) {
        if (!id().equals(given)) {
            throw new StudentException("the model there is " + id());
        }
        return this;
    }

    /** Cuts a canonical query into tokens, so that batches can be put together by their cost. */
    Encoded encode(String canonical);

    /**
     * Tags a batch in one run of the model.
     *
     * @param batch queries this student has encoded; best of like length, as the batch is padded to the longest
     * @return the answer to each query, in the order of {@code batch}
     * @throws NotFiniteException where the model cannot answer some of them; it holds the answers to the others
     * @throws DeviceMemoryException where the batch is too large for the device
     * @throws StudentException where the model cannot answer this batch
     */
    List<Tagging> run(List<Encoded> batch);

    /**
     * Runs the model once in each shape and forgets the answers: the first run in a shape allocates, and on a GPU
     * chooses its kernels, which takes up to seconds.
     *
     * @throws StudentException where the model cannot take such a batch
     */
    default void warmUp(List<BatchShape> shapes) {}

    /**
     * The same model loaded anew and as warm as this one, with a session of its own, for where a run of this one hangs;
     * this student where there is nothing to load. Takes as long as the first load.
     *
     * @throws StudentException where it can't be loaded any more, or does not run
     */
    default Student renewed() {
        return this;
    }

    /** The spans of canonical queries, tagged in one run of the model, in their order. */
    default List<List<Span>> tag(List<String> queries) {
        return run(queries.stream().map(this::encode).toList()).stream()
                .map(Tagging::spans)
                .toList();
    }

    @Override
    void close();
}
