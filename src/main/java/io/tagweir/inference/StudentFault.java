package io.tagweir.inference;

/** How a student can fail; the tag of {@code tagweir.student.faults}. */
public enum StudentFault {

    /** It throws on a single query. */
    ITEM,

    /** Its output for a query is not a finite number. */
    NOT_FINITE,

    /** A run does not return within the limit. */
    HANG,

    /** Its device has too little memory for a run. */
    DEVICE_MEMORY,

    /** The process died in runs of this query too often to try it again. */
    CRASH,

    /** It hung and can't be reloaded; the session that hung stays in use. */
    RENEWAL
}
