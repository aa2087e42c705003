package io.tagweir.head;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.MeterName;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which head tags are still good for a query. Times are seconds after the start. */
class FreshnessTest {

    private static final int COLD = 200;

    @TempDir
    Path state;

    /**
     *
     *
     * <pre>
     *   event time   0s ──────── 10s expires_at ─────
     *   milk           9s: good   10s, 11s: STALE, served    and again 9s: good
     * </pre>
     */
    @Test
    void tagsPastTheirDateAreServedMarked() {
        try (var stream = new TestStream(Role.ALL, state)) {
            publish(stream, "v1", "", "milk", row(0, 10));
            stream.activate("v1", START);
            assertThat(ask(stream, "", "milk", 9, 10, 11, 9))
                    .containsExactly("v1 HEAD null", "v1 HEAD STALE", "v1 HEAD STALE", "v1 HEAD null");
            assertThat(stream.meters.total(MeterName.HEAD_STALE)).isEqualTo(2);
            assertThat(stream.meters.total(MeterName.ANSWERS, Source.HEAD)).isEqualTo(4);
            assertThat(stream.meters.total(MeterName.MISSES)).isZero();
        }
    }

    @Test
    void eachSegmentHasItsMaximumAgeAndTheRowsOwnDateMayComeFirst() {
        var ages = Map.of("head.max.age.ms", "10000, de=5000, us=-1");
        try (var stream = new TestStream(Role.ALL, state, ages)) {
            for (var segment : List.of("", "de", "us")) {
                publish(stream, "v1", segment, "milk", row(0, null));
                publish(stream, "v1", segment, "bread", row(0, 7));
            }
            stream.activate("v1", START);
            assertThat(ask(stream, "", "milk", 9, 10)).containsExactly("v1 HEAD null", "v1 HEAD STALE");
            assertThat(ask(stream, "de", "milk", 4, 5)).containsExactly("v1 HEAD null", "v1 HEAD STALE");
            assertThat(ask(stream, "us", "milk", 1_000_000)).containsExactly("v1 HEAD null");
            assertThat(ask(stream, "", "bread", 6, 7)).containsExactly("v1 HEAD null", "v1 HEAD STALE");
            assertThat(ask(stream, "de", "bread", 5, 7)).containsExactly("v1 HEAD STALE", "v1 HEAD STALE");
            assertThat(ask(stream, "us", "bread", 6, 7)).containsExactly("v1 HEAD null", "v1 HEAD STALE");
        }
    }

    @Test
    void segmentThatTakesStaleTagsForAMissGivesTheQueryToTheStudentAndKeepsTheRow() {
        try (var stream = new TestStream(Role.ALL, state, Map.of("head.stale", "de=miss"))) {
            publish(stream, "v1", "", "milk", row(0, 10));
            publish(stream, "v1", "de", "milk", row(0, 10));
            stream.activate("v1", START);
            assertThat(ask(stream, "", "milk", 10)).containsExactly("v1 HEAD STALE");
            assertThat(ask(stream, "de", "milk", 10, 9)).containsExactlyInAnyOrder("v1 STUDENT STALE", "v1 HEAD null");
            assertThat(stream.meters.total(MeterName.MISSES, MissReason.STALE)).isOne();
            assertThat(stream.meters.total(MeterName.HEAD_STALE)).isOne();
            assertThat(stream.rows()).isEqualTo(2);
        }
    }

    /**
     *
     *
     * <pre>
     *   event time   0s tagged ───── 10s brand one changes ───── 15s expires_at
     *   milk           9s: good        10s, 20s: INVALIDATED                   and again 9s: good
     *   bread          (depends on brand two, which changed when it was tagged) 20s: STALE
     * </pre>
     */
    @Test
    void tagsAreInvalidFromTheEventTimeOnAtWhichWhatTheyDependOnChanged() {
        try (var stream = new TestStream(Role.ALL, state)) {
            publish(stream, "v1", "", "milk", row(0, 15, "brand nil", "brand one"));
            publish(stream, "v1", "", "bread", row(0, 15, "brand two"));
            stream.activate("v1", START);
            stream.change("brand one", at(10));
            stream.change("brand two", at(0));
            assertThat(ask(stream, "", "milk", 9, 10, 20, 9))
                    .containsExactlyInAnyOrder(
                            "v1 HEAD null", "v1 STUDENT INVALIDATED", "v1 STUDENT INVALIDATED", "v1 HEAD null");
            assertThat(ask(stream, "", "bread", 20)).containsExactly("v1 HEAD STALE");
            assertThat(stream.meters.total(MeterName.MISSES, MissReason.INVALIDATED))
                    .isEqualTo(2);
            assertThat(stream.rows()).isEqualTo(2);
        }
    }

    /** The change at 20 s must not hide the one at 10 s from a query that lies between; nor may an older one. */
    @Test
    void lateQueryIsJudgedAsItWasBeforeTheNextChange() {
        try (var stream = new TestStream(Role.ALL, state)) {
            publish(stream, "v1", "", "milk", row(5, null, "brand"));
            stream.activate("v1", START);
            stream.change("brand", at(10));
            var before = ask(stream, "", "milk", 9, 15);
            stream.change("brand", at(20));
            assertThat(ask(stream, "", "milk", 9, 15)).isEqualTo(before);
            stream.change("brand", at(1));
            assertThat(ask(stream, "", "milk", 9, 15)).isEqualTo(before);
            assertThat(before).containsExactlyInAnyOrder("v1 HEAD null", "v1 STUDENT INVALIDATED");
        }
    }

    @Test
    void newerTagsOfTheNextSnapshotAreServedAgain() {
        try (var stream = new TestStream(Role.ALL, state)) {
            publish(stream, "v1", "", "milk", row(0, 10, "brand"));
            publish(stream, "v2", "", "milk", row(30, 60, "brand"));
            stream.activate("v1", START);
            stream.activate("v2", at(40));
            stream.change("brand", at(20));
            assertThat(ask(stream, "", "milk", 15, 25, 40, 60))
                    .containsExactlyInAnyOrder(
                            "v1 HEAD STALE", "v1 STUDENT INVALIDATED", "v2 HEAD null", "v2 HEAD STALE");
        }
    }

    /**
     * Random rows, changes and queries, judged a second time by the plainest code there is; then all the queries again,
     * in another order. From 200 s on a snapshot holds whose rows have never come.
     */
    @Test
    void everyQueryIsAHitOrAMissOfOneReasonAndTheSameWhenAskedAgain() {
        var settings = Map.of("head.max.age.ms", "40000", "head.stale", "de=miss", "head.cold.hold.ms", "0");
        var random = new Random(42);
        try (var stream = new TestStream(Role.ALL, state, settings)) {
            var rows = new TreeMap<String, HeadTags>();
            for (int i = 0; i < 40; i++) {
                var segment = i % 2 == 0 ? "" : "de";
                var row = row(
                        random.nextInt(30),
                        random.nextBoolean() ? random.nextInt(100) : null,
                        IntStream.range(0, random.nextInt(3))
                                .mapToObj(entity -> "e" + random.nextInt(10))
                                .toArray(String[]::new));
                rows.put(segment + "\tquery " + i, row);
                publish(stream, "v1", segment, "query " + i, row);
            }
            stream.activate("v1", START);
            stream.control(new Manifest(List.of(new PartitionDigest(1, 1)))
                    .into(Snapshot.newBuilder())
                    .setId("v2")
                    .setState(SnapshotState.ACTIVE)
                    .setCreatedAt(START)
                    .setNormaliser(Normaliser.VERSION)
                    .setActivations(List.of(at(COLD)))
                    .build());
            var changes = new ArrayList<Map.Entry<String, Integer>>();
            for (int i = 0; i < 30; i++) {
                changes.add(Map.entry("e" + random.nextInt(10), random.nextInt(100)));
            }
            changes.forEach(change -> stream.change(change.getKey(), at(change.getValue())));

            var asked = new ArrayList<String>();
            for (int i = 0; i < 300; i++) {
                int time = random.nextInt(10) == 0 ? COLD + i : random.nextInt(110);
                asked.add((random.nextBoolean() ? "" : "de") + "\tquery " + random.nextInt(50) + "\t" + time);
            }
            var first = askAll(stream, asked);
            for (var query : asked) {
                assertThat(first.get(query)).as(query).isEqualTo(expected(query, rows, changes));
            }
            assertMetersAgreeWith(stream, asked, first);
            assertThat(first.values())
                    .contains(
                            "HEAD null",
                            "HEAD STALE",
                            "STUDENT STALE",
                            "STUDENT GENUINE",
                            "STUDENT COLD",
                            "STUDENT INVALIDATED");

            Collections.shuffle(asked, random);
            assertThat(askAll(stream, asked)).isEqualTo(first);
            assertThat(stream.rows()).isEqualTo(40);
        }
    }

    private static void assertMetersAgreeWith(TestStream stream, List<String> asked, Map<String, String> answers) {
        double head = stream.meters.total(MeterName.ANSWERS, Source.HEAD);
        double missed = 0;
        for (var reason : MissReason.values()) {
            double count = stream.meters.total(MeterName.MISSES, reason);
            assertThat(count)
                    .as("misses " + reason)
                    .isEqualTo(asked.stream()
                            .filter(query -> answers.get(query).equals("STUDENT " + reason))
                            .count());
            missed += count;
        }
        assertThat(head + missed).isEqualTo(asked.size());
        assertThat(stream.meters.total(MeterName.HEAD_STALE))
                .isEqualTo(asked.stream()
                        .filter(query -> answers.get(query).equals("HEAD STALE"))
                        .count());
    }

    private static String expected(String query, Map<String, HeadTags> rows, List<Map.Entry<String, Integer>> changes) {
        var part = query.split("\t", -1);
        var row = rows.get(part[0] + "\t" + part[1]);
        var time = at(Integer.parseInt(part[2]));
        if (!time.isBefore(at(COLD))) {
            return "STUDENT COLD";
        }
        if (row == null) {
            return "STUDENT GENUINE";
        }
        for (var change : changes) {
            var changedAt = at(change.getValue());
            if (row.getDependsOn().contains(change.getKey())
                    && changedAt.isAfter(row.getTaggedAt())
                    && !changedAt.isAfter(time)) {
                return "STUDENT INVALIDATED";
            }
        }
        boolean expired = row.getExpiresAt() != null && !time.isBefore(row.getExpiresAt());
        boolean aged = !time.isBefore(row.getTaggedAt().plusSeconds(40));
        if (expired || aged) {
            return part[0].equals("de") ? "STUDENT STALE" : "HEAD STALE";
        }
        return "HEAD null";
    }

    /** Source and reason of each query; the same query asked twice must be answered alike. */
    private static Map<String, String> askAll(TestStream stream, List<String> queries) {
        for (var query : queries) {
            var part = query.split("\t", -1);
            stream.ask(query, part[0], part[1], at(Integer.parseInt(part[2])));
        }
        var answers = new TreeMap<String, String>();
        for (var answer : stream.await(queries.size())) {
            var now = answer.value().getSource() + " " + answer.value().getMissReason();
            var before = answers.put(answer.value().getQueryId(), now);
            assertThat(before).as(answer.value().getQueryId()).isIn(null, now);
        }
        return answers;
    }

    private static List<String> ask(TestStream stream, String segment, String query, int... seconds) {
        for (int second : seconds) {
            stream.ask("q" + second, segment, query, at(second));
        }
        return stream.await(seconds.length).stream()
                .map(answer -> said(answer.value()))
                .toList();
    }

    private static String said(TaggedQuery answer) {
        return answer.getSnapshot() + " " + answer.getSource() + " " + answer.getMissReason();
    }

    private static void publish(TestStream stream, String snapshot, String segment, String query, HeadTags row) {
        stream.publish(new HeadKey(snapshot, segment, query), row);
    }

    private static HeadTags row(int taggedAt, @Nullable Integer expiresAt, String... dependsOn) {
        return HeadTags.newBuilder()
                .setTags(List.of(new Tag("food", "milk", 0, 4, 1f)))
                .setTaggedAt(at(taggedAt))
                .setExpiresAt(expiresAt == null ? null : at(expiresAt))
                .setDependsOn(Arrays.asList(dependsOn))
                .build();
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
