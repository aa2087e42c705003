package io.tagweir.meter;

/** Why a query that was held for an unprimed partition is held no longer. */
public enum ColdRelease {
    /** The partition is primed. */
    PRIMED,
    /** It could wait no longer. */
    EXPIRED
}
