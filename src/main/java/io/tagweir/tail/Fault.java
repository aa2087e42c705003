package io.tagweir.tail;

/** How the student can fail; as the tag of {@code tagweir.student.faults}. */
enum Fault {

    /** It throws on a single query. */
    ITEM,

    /** What it says of a query is no finite number. */
    NOT_FINITE,

    /** A run does not return within the limit. */
    HANG,

    /** Its device has no memory for a run. */
    DEVICE_MEMORY,

    /** The process died while it ran this, too often to ask it again. */
    CRASH,

    /** After a hang it can't be loaded anew; the session that hung goes on. */
    RENEWAL
}
