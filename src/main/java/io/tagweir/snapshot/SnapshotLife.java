package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.ControlKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The life of a snapshot: which control record may follow which. Pure functions; whoever writes or reads
 * {@code head-snapshots} asks here, so a record that breaks the rules is refused by all alike.
 *
 * <pre>
 *   PUBLISHING ──► SEALED ◄──► ACTIVE ◄──► SUPERSEDED
 *       │            │                         │
 *       └────────────┴──────► RETIRED ◄────────┘        any ──► QUARANTINED, for ever
 * </pre>
 *
 * <p>ACTIVE goes back to SEALED where a planned activation was called off before it came. What is sealed never changes:
 * not its rows, its checksums, nor what it was made with.
 */
public final class SnapshotLife {

    private static final Map<SnapshotState, Set<SnapshotState>> NEXT = new EnumMap<>(Map.of(
            SnapshotState.PUBLISHING, EnumSet.of(SnapshotState.SEALED, SnapshotState.RETIRED),
            SnapshotState.SEALED, EnumSet.of(SnapshotState.ACTIVE, SnapshotState.RETIRED),
            SnapshotState.ACTIVE, EnumSet.of(SnapshotState.ACTIVE, SnapshotState.SUPERSEDED, SnapshotState.SEALED),
            SnapshotState.SUPERSEDED, EnumSet.of(SnapshotState.SUPERSEDED, SnapshotState.ACTIVE, SnapshotState.RETIRED),
            SnapshotState.QUARANTINED, EnumSet.of(SnapshotState.QUARANTINED)));

    /** States a snapshot can only be in with a manifest. */
    private static final Set<SnapshotState> SEALED =
            EnumSet.of(SnapshotState.SEALED, SnapshotState.ACTIVE, SnapshotState.SUPERSEDED);

    /** Why a control record is left out, as the meter counts it. */
    public enum Reason {
        UNKNOWN_STATE,
        NO_MANIFEST,
        OUT_OF_ORDER,
        CHANGED_AFTER_SEAL,
        WRONG_KEY
    }

    /** Why a control record can't follow another. */
    public record Refusal(Reason reason, String message) {}

    /** What makes a control record one of a snapshot. */
    public static final ControlKind<Snapshot> KIND = new ControlKind<>(
            "snapshot", Snapshot::getId, (known, next) -> refusal(known, next).map(Refusal::message));

    private SnapshotLife() {}

    /** Whether a snapshot in this state may be the next. */
    public static boolean allows(SnapshotState from, SnapshotState to) {
        return to == SnapshotState.QUARANTINED
                || NEXT.getOrDefault(from, Set.of()).contains(to);
    }

    /**
     * Why {@code next} can't follow {@code known}; empty where it can, as does a repetition of {@code known}.
     *
     * @param known the record taken before; null: none. A compacted topic may begin anywhere in a life.
     */
    public static Optional<Refusal> refusal(@Nullable Snapshot known, Snapshot next) {
        if (next.getState() == SnapshotState.UNKNOWN) {
            return refusal(Reason.UNKNOWN_STATE, next, "is in a state this release does not know");
        }
        if (SEALED.contains(next.getState()) && Manifest.of(next).isEmpty()) {
            return refusal(Reason.NO_MANIFEST, next, "is " + next.getState() + " without a manifest");
        }
        if (known == null || known.equals(next)) {
            return Optional.empty();
        }
        if (!allows(known.getState(), next.getState())) {
            return refusal(
                    Reason.OUT_OF_ORDER, next, "is " + known.getState() + " and can't become " + next.getState());
        }
        if (next.getState() == SnapshotState.SEALED && !next.getActivations().isEmpty()) {
            return refusal(Reason.OUT_OF_ORDER, next, "can't be SEALED with activations");
        }
        if (SEALED.contains(known.getState()) && !sameContent(known, next)) {
            return refusal(Reason.CHANGED_AFTER_SEAL, next, "was sealed with other rows");
        }
        return Optional.empty();
    }

    private static boolean sameContent(Snapshot one, Snapshot other) {
        return one.getRows() == other.getRows()
                && one.getPartitionRows().equals(other.getPartitionRows())
                && one.getPartitionChecksums().equals(other.getPartitionChecksums())
                && one.getNormaliser().equals(other.getNormaliser())
                && one.getTaxonomy().equals(other.getTaxonomy());
    }

    private static Optional<Refusal> refusal(Reason reason, Snapshot snapshot, String what) {
        return Optional.of(new Refusal(reason, "the snapshot " + snapshot.getId() + " " + what));
    }
}
