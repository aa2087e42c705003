package io.tagweir.student;

/** A tokenized query. Only the student that encoded it can {@link Student#run run} it. Immutable. */
public interface EncodedQuery {

    /** The canonical query that was encoded. */
    String text();

    /** Number of tokens, special tokens included. The cost of a run is proportional to it. */
    int tokens();
}
