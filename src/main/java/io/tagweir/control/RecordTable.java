package io.tagweir.control;

import java.util.Optional;

/** Where the records of a compacted topic go as they are read. Written by one thread. */
public interface RecordTable<T> {

    /** What a record is called in messages. */
    String kind();

    /** The key a record must have. */
    String id(T record);

    /** Takes the next record of an id, or says why it is ignored. */
    Optional<RuleViolation> put(T record);

    /** Takes a tombstone. */
    void remove(String id);
}
