package io.tagweir.head;

import io.tagweir.avro.MissReason;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a row of the head is still good for a query, by the query's event time alone.
 *
 * <p>A row is INVALIDATED from the event time on at which an entity it depends on has changed since the teacher tagged
 * it. It is STALE from its {@code expires_at} on, or from the maximum age of its segment on, whichever comes first. Of
 * the two, INVALIDATED wins: the tags are known to be wrong, not merely old. Nothing here removes a row, as it may be
 * the only copy. Owned by the stream thread of its task.
 */
final class Freshness {

    private final FreshnessSettings settings;
    private final CatalogChanges changes;

    Freshness(FreshnessSettings settings, CatalogChanges changes) {
        this.settings = settings;
        this.changes = changes;
    }

    /**
     * What is wrong with a row: STALE or INVALIDATED; null: nothing.
     *
     * @param stored the row, as {@link StoredTags} lays it out
     * @param eventTime milliseconds since the epoch
     */
    @Nullable
    MissReason flaw(byte[] stored, String segment, long eventTime) {
        long taggedAt = StoredTags.taggedAt(stored);
        if (StoredTags.depends(stored)) {
            for (var entity : StoredTags.dependsOn(stored)) {
                if (changes.any(entity, taggedAt, eventTime)) {
                    return MissReason.INVALIDATED;
                }
            }
        }
        boolean stale = eventTime >= Math.min(StoredTags.expiresAt(stored), agedFrom(taggedAt, segment));
        return stale ? MissReason.STALE : null;
    }

    /** Whether a query is answered from a row with this flaw. */
    boolean serves(MissReason flaw, String segment) {
        return flaw == MissReason.STALE && settings.serves(segment);
    }

    private long agedFrom(long taggedAt, String segment) {
        long maxAge = settings.maxAge(segment).toMillis();
        return maxAge < 0 || taggedAt > StoredTags.NEVER - maxAge ? StoredTags.NEVER : taggedAt + maxAge;
    }
}
