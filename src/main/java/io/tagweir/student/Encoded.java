package io.tagweir.student;

/** A tokenized query; only the student that tokenized it can {@link Student#run run} it. Immutable. */
public interface Encoded {

    /** The canonical query it was made from. */
    String text();

    /** Number of tokens, special tokens included; the cost of a run is proportional to it. */
    int tokens();
}
