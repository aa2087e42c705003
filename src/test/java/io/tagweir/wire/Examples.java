package io.tagweir.wire;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Source;
import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.StudentState;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.TeacherRow;
import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** One filled record of each public kind. Fixed: their bytes are golden files. */
final class Examples {

    private static final Instant EVENING = Instant.parse("2026-03-01T19:30:00.250Z");

    static final Tag TAG = new Tag("color", "röd", 0, 3, 0.9375f);

    static final QueryEvent QUERY_EVENT = new QueryEvent("q-1", "Röd jacka 🧥", "sv-SE", Priority.INTERACTIVE, 250);

    static final HeadKey HEAD_KEY = new HeadKey("2026-03-01", "sv-SE", "röd jacka 🧥");

    static final HeadTags HEAD_TAGS =
            new HeadTags(List.of(TAG), EVENING, EVENING.plusSeconds(86_400), List.of("brand:7"));

    static final Miss MISS = new Miss(
            "q-1",
            "Röd jacka 🧥",
            "röd jacka 🧥",
            "sv-SE",
            Priority.BACKGROUND,
            250,
            MissReason.STALE,
            "2026-03-01",
            EVENING,
            ByteBuffer.wrap(new byte[] {1, 2, 3}),
            "queries/3/0000000000000007",
            List.of(TAG));

    static final TaggedQuery TAGGED_QUERY = new TaggedQuery(
            "q-1",
            "Röd jacka 🧥",
            "röd jacka 🧥",
            "sv-SE",
            List.of(TAG),
            Source.STUDENT,
            MissReason.STALE,
            "2026-03-01",
            "tagger@3",
            "late",
            EVENING,
            EVENING.plusMillis(12));

    static final Snapshot SNAPSHOT = new Snapshot(
            "2026-03-01",
            SnapshotState.QUARANTINED,
            EVENING,
            List.of(EVENING),
            3L,
            List.of(1L, 2L),
            "nfkc-1",
            "nightly",
            List.of(-7L, 8L),
            "0123456789abcdef",
            "teacher-4",
            "prompt-9",
            List.of("too few rows"),
            "brands mixed up",
            EVENING.plusSeconds(60));

    static final HeadTally HEAD_TALLY =
            new HeadTally("tagweir", "2026-03-01", 1, 2L, 8L, false, "a row is missing", EVENING);

    static final CatalogEvent CATALOG_EVENT = new CatalogEvent("brand:7", EVENING);

    static final HeadRequest HEAD_REQUEST = new HeadRequest(
            "sv-SE", "röd jacka 🧥", MissReason.INVALIDATED, 12L, "2026-03-01", EVENING, EVENING.plusSeconds(60));

    static final TeacherRow TEACHER_ROW = new TeacherRow(
            "Röd jacka 🧥", "sv-SE", List.of(TAG), EVENING, EVENING.plusSeconds(86_400), List.of("brand:7"));

    static final Vocabulary VOCABULARY = new Vocabulary(
            "2026-03-01", 200L, List.of(new Term("color", "röd", 12L, 0.75f), new Term("size", "storlek #", 3L, 1f)));

    static final StudentRelease STUDENT_RELEASE = new StudentRelease(
            "tagger@3f2a9c01",
            StudentState.QUARANTINED,
            "/models/tagger",
            EVENING,
            List.of(new StudentActivation(EVENING, 0.0625), new StudentActivation(EVENING.plusSeconds(60), 1.0)),
            291,
            0.625,
            0.5,
            List.of("slower"),
            "brands mixed up");

    static final StudentReport STUDENT_REPORT =
            new StudentReport("tagweir", "tagweir-1", "tagger@3f2a9c01", false, "it does not run", 1_200L, EVENING);

    static final List<SpecificRecord> ALL = List.of(
            TAG,
            QUERY_EVENT,
            HEAD_KEY,
            HEAD_TAGS,
            MISS,
            TAGGED_QUERY,
            SNAPSHOT,
            HEAD_TALLY,
            CATALOG_EVENT,
            HEAD_REQUEST,
            TEACHER_ROW,
            VOCABULARY,
            STUDENT_RELEASE,
            STUDENT_REPORT);

    private Examples() {}
}
