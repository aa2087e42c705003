package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Miss;
import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.avro.Tag;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.tag.Taxonomy;
import io.tagweir.testing.FakeStudent;
import io.tagweir.testing.TestStream;
import io.tagweir.wire.WireSerdes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShadowQueriesTest {

    /**
     *
     *
     * <pre>
     *   next@1 answers, and is not loaded   the shadow waits for it
     *   next@1 is quarantined               the shadow goes to fake@1, which answers now
     * </pre>
     */
    @Test
    void shadowWhoseStudentWasSwappedGoesToTheOneThatAnswersNow() {
        WireSerdes.trustRecords();
        var meters = new Meters(new SimpleMeterRegistry());
        var student = new FakeStudent();
        var students = new StudentCatalog(student.id());
        put(students, StudentState.ACTIVE);
        var roster = new Roster(students, student, Duration.ZERO, InstantSource.fixed(Instant.EPOCH.plusSeconds(60)));
        try (var tail = new Tail(
                TailSettings.defaults(), roster, null, Taxonomy.ANY, new Vocabularies(), null, "", 1, meters)) {
            assertThat(roster.at(Instant.EPOCH.plusSeconds(30), "odd")).isEqualTo("next@1");
            var shadows = new ShadowQueries(tail);
            shadows.take(Miss.newBuilder()
                    .setQueryId("q1")
                    .setQuery("odd")
                    .setCanonicalQuery("odd")
                    .setEventTime(Instant.EPOCH.plusSeconds(30))
                    .setTeacherTags(List.of(new Tag("fake", "odd", 0, 3, 1f)))
                    .build());
            assertThat(shadows.isIdle()).isFalse();
            put(students, StudentState.QUARANTINED);
            TestStream.until(() -> {
                shadows.collect();
                return shadows.isIdle();
            });
            assertThat(student.asked()).containsExactly("odd");
            assertThat(meters.total(MeterName.QUALITY_COMPARED)).isOne();
            assertThat(meters.total(MeterName.QUALITY_DROPPED)).isZero();
            shadows.close();
        }
    }

    private static void put(StudentCatalog students, StudentState state) {
        assertThat(students.put(StudentRelease.newBuilder()
                        .setId("next@1")
                        .setState(state)
                        .setDirectory("/models/next")
                        .setStagedAt(Instant.EPOCH)
                        .setActivations(List.of(new StudentActivation(Instant.EPOCH.plusSeconds(10), 1.0)))
                        .build()))
                .isEmpty();
    }
}
