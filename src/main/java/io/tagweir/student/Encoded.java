package io.tagweir.student;

/** A query cut into the word pieces of one student, which alone can {@link Student#run run} it. Immutable. */
public interface Encoded {

    /** The canonical query it was made from. */
    String text();

    /** Word pieces, those the model adds itself included: what a run of the model pays for. */
    int pieces();
}
