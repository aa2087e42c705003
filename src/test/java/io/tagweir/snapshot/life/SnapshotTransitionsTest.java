package io.tagweir.snapshot.life;

import static io.tagweir.avro.SnapshotState.ACTIVE;
import static io.tagweir.avro.SnapshotState.PUBLISHING;
import static io.tagweir.avro.SnapshotState.QUARANTINED;
import static io.tagweir.avro.SnapshotState.RETIRED;
import static io.tagweir.avro.SnapshotState.SEALED;
import static io.tagweir.avro.SnapshotState.SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.ControlRecords;
import io.tagweir.control.Timeline;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands decide, in seconds from {@link #T}. */
class SnapshotTransitionsTest {

    private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration LEAD = Duration.ofSeconds(3);
    private static final Duration AGE = Duration.ofSeconds(15);

    /**
     *
     *
     * <pre>
     *   0      10     now     40      50
     *   v1 ──► v2 ──► │ ····· v3 ···► v1 ···
     *                 v4 ───────────────────►
     * </pre>
     */
    @Test
    void activationCallsOffPlansAndKeepsThePast() {
        var records = records(
                snapshot("v1", SUPERSEDED, 0, 50),
                snapshot("v2", SUPERSEDED, 10),
                snapshot("v3", ACTIVE, 40),
                snapshot("v4", SEALED));
        var next = SnapshotTransitions.activate(records, "v4", at(20), at(20), List.of("too few rows"));
        assertThat(next)
                .containsExactly(
                        Snapshot.newBuilder(snapshot("v4", ACTIVE, 20))
                                .setForced(List.of("too few rows"))
                                .build(),
                        snapshot("v1", SUPERSEDED, 0),
                        snapshot("v3", SEALED));
        assertThat(answers(after(records, next), 5, 15, 25, 45, 60)).containsExactly("v1", "v2", "v4", "v4", "v4");
    }

    @Test
    void activationLeavesTheActiveOneSupersededAndEarlierPlansStanding() {
        var records = records(snapshot("v1", ACTIVE, 0), snapshot("v2", SEALED), snapshot("v3", SEALED));
        var planned = after(records, SnapshotTransitions.activate(records, "v2", at(40), at(20), List.of()));
        assertThat(planned.require("v1")).isEqualTo(snapshot("v1", SUPERSEDED, 0));
        var both = after(planned, SnapshotTransitions.activate(planned, "v3", at(50), at(20), List.of()));
        assertThat(both.require("v2")).isEqualTo(snapshot("v2", SUPERSEDED, 40));
        assertThat(answers(both, 30, 45, 55)).containsExactly("v1", "v2", "v3");
    }

    @Test
    void planForTheVerySameMomentIsReplaced() {
        var records = records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", SEALED), snapshot("v3", ACTIVE, 40));
        var after = after(records, SnapshotTransitions.activate(records, "v2", at(40), at(20), List.of()));
        assertThat(after.require("v3")).isEqualTo(snapshot("v3", SEALED));
        assertThat(answers(after, 30, 45)).containsExactly("v1", "v2");
    }

    @Test
    void momentAnotherHasAnsweredFromIsTaken() {
        var records = records(snapshot("v1", SEALED), snapshot("v2", ACTIVE, 10));
        refused(
                () -> SnapshotTransitions.activate(records, "v1", at(10), at(20), List.of()),
                "v2 is active from 2026-03-01T00:00:10Z already; choose another time for v1");
        refused(
                () -> SnapshotTransitions.activate(records, "v1", at(5), at(20), List.of("rewrites history")),
                "v2 is active from 2026-03-01T00:00:10Z already; choose another time for v1");
        var first = records(snapshot("v1", SEALED));
        assertThat(answers(after(first, SnapshotTransitions.activate(first, "v1", at(5), at(20), List.of())), 0, 5, 30))
                .containsExactly("v1", "v1", "v1");
    }

    @Test
    void onlyWhatIsSealedAndGoodBecomesActive() {
        for (var state : List.of(PUBLISHING, RETIRED, QUARANTINED)) {
            refused(
                    () -> SnapshotTransitions.activate(records(snapshot("v1", state)), "v1", at(0), at(0), List.of()),
                    "the snapshot v1 is " + state + " and can't become active");
        }
    }

    /**
     *
     *
     * <pre>
     *   0      10     20     now        40
     *   v1 ──► v2 ──► v3 ──► v2 ──────► v1     two bad pushes in a row: v3, then v2
     * </pre>
     */
    @Test
    void rollbackAfterRollbackGoesBackBeforeBothBadPushes() {
        var records =
                records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", SUPERSEDED, 10), snapshot("v3", ACTIVE, 20));
        var first = SnapshotTransitions.rollback(records, "wrong", at(30), LEAD);
        assertThat(first).containsExactly(quarantined("v3", "wrong", 20), snapshot("v2", ACTIVE, 10, 30));
        var once = after(records, first);
        assertThat(answers(once, 5, 15, 25, 35)).containsExactly("v1", "v2", "v2", "v2");

        var second = SnapshotTransitions.rollback(once, "too", at(40), LEAD);
        assertThat(second).containsExactly(quarantined("v2", "too", 10, 30), snapshot("v1", ACTIVE, 0, 40));
        var twice = after(once, second);
        assertThat(answers(twice, 5, 35, 45)).containsExactly("v1", "v1", "v1");

        refused(
                () -> SnapshotTransitions.rollback(twice, "all", at(50), LEAD),
                "there is no good snapshot to go back to from v1; considered: v1 (ACTIVE), v2 (QUARANTINED), v3"
                        + " (QUARANTINED)");
    }

    @Test
    void rollbackPassesOverWhatCanNotAnswer() {
        var records = records(
                snapshot("v1", SUPERSEDED, 0),
                quarantined("v2", "bad", 5),
                snapshot("v3", RETIRED, 8),
                Snapshot.newBuilder(snapshot("v4", SUPERSEDED, 9))
                        .setNormaliser("old")
                        .build(),
                snapshot("v5", SEALED),
                snapshot("v6", ACTIVE, 10));
        assertThat(SnapshotTransitions.rollback(records, "wrong", at(30), LEAD))
                .extracting(Snapshot::getId)
                .containsExactly("v6", "v1");
        records.byId().remove("v1");
        refused(
                () -> SnapshotTransitions.rollback(records, "wrong", at(30), LEAD),
                "there is no good snapshot to go back to from v6; considered: v2 (QUARANTINED), v3 (RETIRED), v4"
                        + " (SUPERSEDED, keys of old), v5 (SEALED, never active), v6 (ACTIVE)");
        refused(
                () -> SnapshotTransitions.rollback(records(snapshot("v1", SEALED)), "wrong", at(30), LEAD),
                "no snapshot answers now, so there is nothing to roll back");
    }

    @Test
    void rollbackIsRefusedJustBeforeASwitchAndLeavesFarPlansStanding() {
        var records =
                records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", SUPERSEDED, 10), snapshot("v3", ACTIVE, 32));
        refused(
                () -> SnapshotTransitions.rollback(records, "wrong", at(30), LEAD),
                "v2 answers now, and v3 from 2026-03-01T00:00:32Z on; quarantine v3 to cancel that, or wait for that"
                        + " time");
        var after = after(records, SnapshotTransitions.rollback(records, "wrong", at(20), LEAD));
        assertThat(answers(after, 15, 25, 35)).containsExactly("v1", "v1", "v3");
    }

    @Test
    void quarantineOfTheLiveOneIsARollbackUnlessThereIsNoOtherAndItIsForced() {
        var records = records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", ACTIVE, 10));
        assertThat(SnapshotTransitions.quarantine(records, "v2", "bad", at(30), true))
                .containsExactly(quarantined("v2", "bad", 10), snapshot("v1", ACTIVE, 0, 30));
        var alone = records(snapshot("v1", ACTIVE, 0));
        refused(
                () -> SnapshotTransitions.quarantine(alone, "v1", "bad", at(30), false),
                "there is no good snapshot to go back to from v1; considered: v1 (ACTIVE)");
        assertThat(SnapshotTransitions.quarantine(alone, "v1", "bad", at(30), true))
                .containsExactly(quarantined("v1", "bad", 0));
    }

    @Test
    void quarantineOfThePlannedOneHasTheLiveOneGoOn() {
        var records = records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", ACTIVE, 40));
        var next = SnapshotTransitions.quarantine(records, "v2", "bad", at(30), false);
        assertThat(next).containsExactly(quarantined("v2", "bad", 40), snapshot("v1", ACTIVE, 0));
        assertThat(answers(after(records, next), 35, 45)).containsExactly("v1", "v1");
    }

    @Test
    void anySnapshotCanBeQuarantinedOnceAndForAll() {
        for (var state : List.of(PUBLISHING, SEALED, SUPERSEDED, RETIRED)) {
            var records = records(snapshot("v1", state), snapshot("v2", ACTIVE, 10));
            var next = SnapshotTransitions.quarantine(records, "v1", "bad", at(30), false);
            assertThat(next).containsExactly(quarantined("v1", "bad"));
            refused(
                    () -> SnapshotTransitions.quarantine(after(records, next), "v1", "worse", at(31), true),
                    "the snapshot v1 is QUARANTINED already: bad");
        }
    }

    @Test
    void retirementIsRefusedForWhateverIsReferredTo() {
        var records =
                records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", SUPERSEDED, 10), snapshot("v3", ACTIVE, 40));
        refused(() -> retire(records, "v2"), "the snapshot v2 answers now");
        refused(() -> retire(records, "v3"), "the snapshot v3 is planned from 2026-03-01T00:00:40Z on");
        refused(() -> retire(records, "v1"), "the snapshot v1 is the one that a rollback would activate");
    }

    @Test
    void retirementWaitsForItsAgeAndForTheLiveOneToBeVerified() {
        var young = records(snapshot("v1", SUPERSEDED, 0), snapshot("v2", SUPERSEDED, 16), snapshot("v3", ACTIVE, 20));
        assertThatThrownBy(() -> Retirement.retire(young, "v1", AGE, List.of("v3 is not verified"), at(30)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.problems())
                                .containsExactly(
                                        "the snapshot v1 answered until 2026-03-01T00:00:16Z, and is kept until"
                                                + " 2026-03-01T00:00:31Z",
                                        "v3 is not verified"));
        assertThat(Retirement.retire(young, "v1", AGE, List.of(), at(31)))
                .containsExactly(retired(snapshot("v1", RETIRED, 0), 31));
    }

    @Test
    void whatNeverAnsweredRetiresAtOnceWhateverTheLiveOneIs() {
        for (var state : List.of(PUBLISHING, SEALED)) {
            var records = records(snapshot("v1", state), snapshot("v2", ACTIVE, 0));
            var next = Retirement.retire(records, "v1", AGE, List.of("v2 is not verified"), at(1));
            assertThat(next).containsExactly(retired(snapshot("v1", RETIRED), 1));
            assertThat(retire(after(records, next), "v1")).as("again").isEmpty();
        }
    }

    @Test
    void quarantinedSnapshotKeepsItsStateAndIsKeptForItsAge() {
        var records = records(snapshot("v1", ACTIVE, 0, 20), quarantined("v2", "bad", 10));
        refused(
                () -> Retirement.retire(records, "v2", AGE, List.of(), at(30)),
                "the snapshot v2 answered until 2026-03-01T00:00:20Z, and is kept until 2026-03-01T00:00:35Z");
        assertThat(Retirement.retire(records, "v2", AGE, List.of(), at(35)))
                .containsExactly(retired(quarantined("v2", "bad", 10), 35));
        refused(
                () -> Retirement.retire(records(quarantined("v1", "bad", 0)), "v1", AGE, List.of(), at(99)),
                "no newer snapshot has replaced v1");
    }

    /**
     * Whatever is ordered, in whatever order: every record is legal, one snapshot is the last activated, none that is
     * bad or gone answers, and what has been answered is answered the same again unless its snapshot is bad or gone.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void noSequenceOfOrdersBreaksTheRules(int seed) {
        var random = new Random(seed);
        for (int life = 0; life < 10; life++) {
            var records = records(snapshot("v0", SEALED));
            for (int now = 1; now < 100; now++) {
                records.byId().put("v" + now, snapshot("v" + now, SEALED));
                var before = records;
                int kind = random.nextInt(6);
                try {
                    records = after(records, order(kind, random, records, "v" + random.nextInt(now + 1), now));
                } catch (RefusedException refused) {
                    continue;
                }
                assertSound(before, records, kind == PAST ? 0 : now);
            }
        }
    }

    /** The one order that is meant to have what was answered answered otherwise. */
    private static final int PAST = 2;

    private static List<Snapshot> order(int kind, Random random, ControlRecords<Snapshot> records, String id, int now) {
        return switch (kind) {
            case 0 -> SnapshotTransitions.activate(records, id, at(now), at(now), List.of());
            case 1 -> SnapshotTransitions.activate(records, id, at(now + random.nextInt(20)), at(now), List.of());
            case PAST ->
                SnapshotTransitions.activate(records, id, at(random.nextInt(now + 1)), at(now), List.of("past"));
            case 3 -> SnapshotTransitions.rollback(records, "bad", at(now), Duration.ZERO);
            case 4 -> SnapshotTransitions.quarantine(records, id, "bad", at(now), random.nextBoolean());
            default -> Retirement.retire(records, id, Duration.ofSeconds(3), List.of(), at(now));
        };
    }

    /** @param now queries before it have been answered */
    private static void assertSound(ControlRecords<Snapshot> before, ControlRecords<Snapshot> after, int now) {
        var all = after.byId().values();
        var timeline = SnapshotTimeline.of(all);
        assertThat(all.stream().filter(one -> one.getState() == ACTIVE)).hasSizeLessThanOrEqualTo(1);
        var last = timeline.latest(at(1_000)).map(Timeline.Activation::value);
        last.ifPresent(id -> assertThat(after.require(id).getState())
                .as("%s, from %s to %s", now, activations(before), activations(after))
                .isEqualTo(ACTIVE));
        var earlier = SnapshotTimeline.of(before.byId().values());
        for (int second = 0; second < 130; second++) {
            var answers = timeline.at(at(second));
            answers.ifPresent(id -> assertThat(after.require(id).getState()).isIn(ACTIVE, SUPERSEDED));
            var did = earlier.latest(at(second)).map(Timeline.Activation::value);
            if (second < now && did.isPresent() && isKept(after.require(did.get()))) {
                assertThat(answers).as("at %d, ordered at %d", second, now).isEqualTo(did);
            }
        }
    }

    private static List<String> activations(ControlRecords<Snapshot> records) {
        return records.byId().values().stream()
                .filter(one -> !one.getActivations().isEmpty())
                .map(one -> one.getId() + " " + one.getState() + " "
                        + one.getActivations().stream()
                                .map(from -> Duration.between(T, from).toSeconds())
                                .toList())
                .toList();
    }

    private static boolean isKept(Snapshot snapshot) {
        return (snapshot.getState() == ACTIVE || snapshot.getState() == SUPERSEDED) && snapshot.getRetiredAt() == null;
    }

    private static List<Snapshot> retire(ControlRecords<Snapshot> records, String id) {
        return Retirement.retire(records, id, AGE, List.of(), at(30));
    }

    private static void refused(ThrowingCallable decision, String why) {
        assertThatThrownBy(decision).isInstanceOf(RefusedException.class).hasMessage(why);
    }

    private static List<String> answers(ControlRecords<Snapshot> records, int... seconds) {
        var timeline = SnapshotTimeline.of(records.byId().values());
        return Arrays.stream(seconds)
                .mapToObj(second -> timeline.at(at(second)).orElse(""))
                .toList();
    }

    /** As the topic stands once these are written; every one of them must be legal there. */
    private static ControlRecords<Snapshot> after(ControlRecords<Snapshot> records, List<Snapshot> next) {
        var after = new TreeMap<>(records.byId());
        for (var snapshot : next) {
            assertThat(SnapshotLifecycle.INSTANCE.violation(after.get(snapshot.getId()), snapshot))
                    .isEmpty();
            after.put(snapshot.getId(), snapshot);
        }
        return new ControlRecords<>("snapshot", after, List.of());
    }

    private static ControlRecords<Snapshot> records(Snapshot... snapshots) {
        var records = new ControlRecords<>("snapshot", new TreeMap<String, Snapshot>(), List.of());
        Arrays.stream(snapshots).forEach(snapshot -> records.byId().put(snapshot.getId(), snapshot));
        return records;
    }

    private static Snapshot snapshot(String id, SnapshotState state, int... activations) {
        return Snapshot.newBuilder()
                .setId(id)
                .setState(state)
                .setCreatedAt(T)
                .setRows(1)
                .setPartitionRows(List.of(1L))
                .setPartitionChecksums(List.of(7L))
                .setNormaliser(Normaliser.VERSION)
                .setActivations(Arrays.stream(activations)
                        .mapToObj(SnapshotTransitionsTest::at)
                        .toList())
                .build();
    }

    private static Snapshot quarantined(String id, String reason, int... activations) {
        return Snapshot.newBuilder(snapshot(id, QUARANTINED, activations))
                .setReason(reason)
                .build();
    }

    private static Snapshot retired(Snapshot snapshot, int second) {
        return Snapshot.newBuilder(snapshot).setRetiredAt(at(second)).build();
    }

    private static Instant at(int second) {
        return T.plusSeconds(second);
    }
}
