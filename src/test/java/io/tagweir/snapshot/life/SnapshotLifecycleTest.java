package io.tagweir.snapshot.life;

import static io.tagweir.avro.SnapshotState.ACTIVE;
import static io.tagweir.avro.SnapshotState.PUBLISHING;
import static io.tagweir.avro.SnapshotState.QUARANTINED;
import static io.tagweir.avro.SnapshotState.RETIRED;
import static io.tagweir.avro.SnapshotState.SEALED;
import static io.tagweir.avro.SnapshotState.SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.RuleViolation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotLifecycleTest {

    private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");

    /** The picture in {@link SnapshotLifecycle}, arrow by arrow, and what may be rewritten in the state it is in. */
    private static final Map<SnapshotState, Set<SnapshotState>> ARROWS = Map.of(
            PUBLISHING, Set.of(SEALED, RETIRED, QUARANTINED),
            SEALED, Set.of(ACTIVE, RETIRED, QUARANTINED),
            ACTIVE, Set.of(ACTIVE, SEALED, SUPERSEDED, QUARANTINED),
            SUPERSEDED, Set.of(SUPERSEDED, ACTIVE, RETIRED, QUARANTINED),
            RETIRED, Set.of(QUARANTINED),
            QUARANTINED, Set.of(QUARANTINED));

    static Stream<Arguments> pairs() {
        return ARROWS.keySet().stream()
                .flatMap(from -> ARROWS.keySet().stream()
                        .map(to -> Arguments.of(from, to, ARROWS.get(from).contains(to))));
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @MethodSource("pairs")
    void recordsFollowEachOtherAlongTheArrowsOnly(SnapshotState from, SnapshotState to, boolean allowed) {
        var known = snapshot(from);
        var next = Snapshot.newBuilder(snapshot(to)).setReason("another record").build();
        assertThat(SnapshotLifecycle.INSTANCE.allows(from, to)).isEqualTo(allowed);
        if (allowed) {
            assertThat(SnapshotLifecycle.INSTANCE.violation(known, next)).isEmpty();
        } else {
            assertThat(SnapshotLifecycle.INSTANCE.violation(known, next))
                    .contains(new RuleViolation(
                            RuleViolation.OUT_OF_ORDER, "the snapshot v1 is " + from + " and can't become " + to));
        }
    }

    @ParameterizedTest
    @EnumSource(value = SnapshotState.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void repetitionAndAFirstRecordInAnyStateAreTaken(SnapshotState state) {
        assertThat(SnapshotLifecycle.INSTANCE.violation(snapshot(state), snapshot(state)))
                .isEmpty();
        assertThat(SnapshotLifecycle.INSTANCE.violation(null, snapshot(state))).isEmpty();
    }

    static Stream<UnaryOperator<Snapshot.Builder>> changes() {
        return Stream.of(
                one -> one.setRows(4),
                one -> one.setPartitionRows(List.of(2L, 1L)),
                one -> one.setPartitionChecksums(List.of(-7L, 9L)),
                one -> one.setNormaliser("another"),
                one -> one.setTaxonomy("another"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void sealedContentNeverChanges(UnaryOperator<Snapshot.Builder> change) {
        for (var from : List.of(SEALED, ACTIVE, SUPERSEDED)) {
            for (var to : ARROWS.get(from)) {
                var next = change.apply(Snapshot.newBuilder(snapshot(to))).build();
                assertThat(SnapshotLifecycle.INSTANCE.violation(snapshot(from), next))
                        .as("%s to %s", from, to)
                        .map(RuleViolation::reason)
                        .contains(SnapshotLifecycle.CHANGED_AFTER_SEAL);
            }
        }
        var sealed = change.apply(Snapshot.newBuilder(snapshot(SEALED))).build();
        assertThat(SnapshotLifecycle.INSTANCE.violation(snapshot(PUBLISHING), sealed))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotState.class,
            names = {"SEALED", "ACTIVE", "SUPERSEDED"})
    void sealedRecordWithoutACompleteManifestIsLeftOut(SnapshotState state) {
        var none = Snapshot.newBuilder(snapshot(state))
                .setPartitionRows(List.of())
                .setPartitionChecksums(List.of())
                .build();
        var half = Snapshot.newBuilder(snapshot(state))
                .setPartitionChecksums(List.of(1L))
                .build();
        for (var broken : List.of(none, half)) {
            assertThat(SnapshotLifecycle.INSTANCE.violation(null, broken))
                    .contains(new RuleViolation(
                            SnapshotLifecycle.NO_MANIFEST, "the snapshot v1 is " + state + " without a manifest"));
        }
    }

    @Test
    void stateOfALaterReleaseIsLeftOutWhateverWasThere() {
        for (var known : Stream.concat(
                        Stream.of((Snapshot) null), ARROWS.keySet().stream().map(s -> snapshot(s)))
                .toList()) {
            assertThat(SnapshotLifecycle.INSTANCE.violation(known, snapshot(SnapshotState.UNKNOWN)))
                    .map(RuleViolation::reason)
                    .contains(RuleViolation.UNKNOWN_STATE);
        }
    }

    @Test
    void snapshotThatAnsweredDoesNotGoBackToSealedWithItsHistory() {
        var back =
                Snapshot.newBuilder(snapshot(SEALED)).setActivations(List.of(T)).build();
        assertThat(SnapshotLifecycle.INSTANCE.violation(snapshot(ACTIVE), back))
                .contains(new RuleViolation(
                        RuleViolation.OUT_OF_ORDER, "the snapshot v1 can't be SEALED with activations"));
    }

    private static Snapshot snapshot(SnapshotState state) {
        return Snapshot.newBuilder()
                .setId("v1")
                .setState(state)
                .setCreatedAt(T)
                .setRows(3)
                .setPartitionRows(List.of(1L, 2L))
                .setPartitionChecksums(List.of(-7L, 8L))
                .setNormaliser("n")
                .setTaxonomy("t")
                .build();
    }
}
