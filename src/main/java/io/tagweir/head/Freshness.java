package io.tagweir.head;

import io.tagweir.avro.MissReason;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a row of the head is fresh for a query, by the query's event time alone.
 *
 * <p>A row is INVALIDATED once an entity it depends on has changed after the teacher tagged it. It is STALE from its
 * {@code expires_at} or from the maximum age of its segment, whichever is earlier. INVALIDATED takes precedence: the
 * tags may be wrong, not merely old. Rows are never removed here, as there may be no other copy. Owned by the stream
 * thread of its task.
 */
final class Freshness {

    private final FreshnessSettings settings;
    private final CatalogChanges changes;

    Freshness(FreshnessSettings settings, CatalogChanges changes) {
        this.settings = settings;
        this.changes = changes;
    }

    /**
     * STALE or INVALIDATED; null if the row is fresh.
     *
     * @param stored the row in the format of {@link StoredTags}
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

    /** Whether a row with this flaw is served all the same. */
    boolean serves(MissReason flaw, String segment) {
        return flaw == MissReason.STALE && settings.serves(segment);
    }

    private long agedFrom(long taggedAt, String segment) {
        long maxAge = settings.maxAge(segment).toMillis();
        return maxAge < 0 || taggedAt > StoredTags.NEVER - maxAge ? StoredTags.NEVER : taggedAt + maxAge;
    }
}
