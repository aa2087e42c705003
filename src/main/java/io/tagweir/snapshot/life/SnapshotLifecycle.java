package io.tagweir.snapshot.life;

import static io.tagweir.avro.SnapshotState.ACTIVE;
import static io.tagweir.avro.SnapshotState.PUBLISHING;
import static io.tagweir.avro.SnapshotState.QUARANTINED;
import static io.tagweir.avro.SnapshotState.RETIRED;
import static io.tagweir.avro.SnapshotState.SEALED;
import static io.tagweir.avro.SnapshotState.SUPERSEDED;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.Lifecycle;
import io.tagweir.control.RuleViolation;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.snapshot.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle of a snapshot.
 *
 * <pre>
 *   PUBLISHING ──► SEALED ◄──► ACTIVE ◄──► SUPERSEDED
 *       │            │                         │
 *       └────────────┴──────► RETIRED ◄────────┘        any ──► QUARANTINED, for ever
 * </pre>
 *
 * <p>ACTIVE goes back to SEALED if a planned activation is cancelled before it starts. A sealed snapshot never changes:
 * not its rows, its checksums, nor what it was made with.
 */
public final class SnapshotLifecycle extends Lifecycle<Snapshot, SnapshotState> {

    public static final SnapshotLifecycle INSTANCE = new SnapshotLifecycle();

    static final String NO_MANIFEST = ControlRefusal.NO_MANIFEST.name();
    static final String CHANGED_AFTER_SEAL = ControlRefusal.CHANGED_AFTER_SEAL.name();

    /** States that need a manifest. */
    private static final Set<SnapshotState> WITH_MANIFEST = Set.of(SEALED, ACTIVE, SUPERSEDED);

    private SnapshotLifecycle() {
        super(
                "snapshot",
                SnapshotState.UNKNOWN,
                QUARANTINED,
                Map.of(
                        PUBLISHING, Set.of(SEALED, RETIRED),
                        SEALED, Set.of(ACTIVE, RETIRED),
                        ACTIVE, Set.of(ACTIVE, SUPERSEDED, SEALED),
                        SUPERSEDED, Set.of(SUPERSEDED, ACTIVE, RETIRED)));
    }

    @Override
    protected String id(Snapshot snapshot) {
        return snapshot.getId();
    }

    @Override
    protected SnapshotState state(Snapshot snapshot) {
        return snapshot.getState();
    }

    @Override
    protected @Nullable String reason(Snapshot snapshot) {
        return snapshot.getReason();
    }

    @Override
    protected Optional<RuleViolation> invalid(Snapshot snapshot) {
        return WITH_MANIFEST.contains(snapshot.getState())
                        && Manifest.of(snapshot).isEmpty()
                ? violation(NO_MANIFEST, snapshot, "is " + snapshot.getState() + " without a manifest")
                : Optional.empty();
    }

    @Override
    protected Optional<RuleViolation> invalidAfter(Snapshot known, Snapshot snapshot) {
        if (snapshot.getState() == SEALED && !snapshot.getActivations().isEmpty()) {
            return violation(RuleViolation.OUT_OF_ORDER, snapshot, "can't be SEALED with activations");
        }
        if (WITH_MANIFEST.contains(known.getState()) && !sameContent(known, snapshot)) {
            return violation(CHANGED_AFTER_SEAL, snapshot, "was sealed with other rows");
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

    @Override
    protected List<String> stateChange(@Nullable SnapshotState before, Snapshot snapshot) {
        String name = "snapshot " + snapshot.getId();
        return switch (snapshot.getState()) {
            case SEALED -> List.of(name + " is sealed with " + snapshot.getRows() + " rows");
            case RETIRED -> List.of(name + " is retired; its rows are removed");
            default -> List.of();
        };
    }

    @Override
    protected List<String> answers(Snapshot snapshot) {
        return snapshot.getActivations().stream()
                .map(from -> "queries from " + from + " on")
                .toList();
    }
}
