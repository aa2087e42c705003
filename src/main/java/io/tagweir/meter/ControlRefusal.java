package io.tagweir.meter;

/** Why a record of a topic that every instance reads whole was ignored. */
public enum ControlRefusal {
    /** The state is one of a later release. */
    UNKNOWN_STATE,
    /** The state can't follow the one before. */
    OUT_OF_ORDER,
    /** The key is not the id. */
    WRONG_KEY,
    /** A sealed snapshot has no manifest. */
    NO_MANIFEST,
    /** A snapshot's manifest differs from the one it was sealed with. */
    CHANGED_AFTER_SEAL,
    /** A student has no directory. */
    NO_DIRECTORY,
    /** A student's share is not between 0 and 1. */
    WRONG_SHARE,
    /** A vocabulary is invalid. */
    VOCABULARY,
    BAD_CATALOG_EVENT,
    UNDECODABLE
}
