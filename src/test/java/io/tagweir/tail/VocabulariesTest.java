package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How a process of the tail comes to know the vocabularies. */
class VocabulariesTest {

    @TempDir
    Path state;

    /**
     *
     *
     * <pre>
     *   written   v1   v2   v1 removed   v2 removed
     *   v1        v1   v1   v2           nothing
     *   v2        v1   v2   v2           nothing
     *   none      v1   v2   v2           nothing
     * </pre>
     */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HEAD")
    void queryIsTaggedByItsSnapshotsVocabularyOrElseByTheNewest(Role role) {
        try (var stream = new TestStream(role, state)) {
            assertThat(label(stream, "v1")).isEmpty();
            stream.vocabulary("v1", vocabulary("v1", "milk"));
            assertThat(List.of(label(stream, "v1"), label(stream, "v2"), label(stream, null)))
                    .containsExactly("v1", "v1", "v1");
            stream.vocabulary("v2", vocabulary("v2", "milk"));
            assertThat(List.of(label(stream, "v1"), label(stream, "v2"), label(stream, null)))
                    .containsExactly("v1", "v2", "v2");
            stream.vocabulary("v1", null);
            assertThat(List.of(label(stream, "v1"), label(stream, "v2"), label(stream, null)))
                    .containsExactly("v2", "v2", "v2");
            stream.vocabulary("v2", null);
            stream.vocabulary("v3", null);
            assertThat(label(stream, "v2")).isEmpty();
        }
    }

    @Test
    void snapshotWhoseVocabularyIsRemovedLeavesTheOneBeforeAsTheNewest() {
        try (var stream = new TestStream(Role.TAIL, state)) {
            stream.vocabulary("v1", vocabulary("v1", "milk"));
            stream.vocabulary("v2", vocabulary("v2", "milk"));
            stream.vocabulary("v2", null);
            assertThat(label(stream, null)).isEqualTo("v1");
        }
    }

    @Test
    void badVocabularyIsCountedAndChangesNothingAndTheNextIsTaken() {
        try (var stream = new TestStream(Role.TAIL, state)) {
            stream.vocabulary("v1", vocabulary("v1", "milk"));
            stream.vocabulary("another", vocabulary("v1", "milk"));
            stream.vocabulary(null, vocabulary("v1", "milk"));
            stream.vocabulary("v1", vocabulary("v1", "MILK"));
            assertThat(stream.meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.VOCABULARY))
                    .isEqualTo(3);
            stream.vocabularyRaw("v1", new byte[] {1, 2, 3});
            stream.vocabularyRaw("v1", new byte[0]);
            assertThat(label(stream, "v1")).isEqualTo("v1");
            assertThat(label(stream, "another")).isEqualTo("v1");
            assertThat(stream.deadLetters()).isEmpty();
            stream.vocabulary("v2", vocabulary("v2", "milk"));
            assertThat(label(stream, "v2")).isEqualTo("v2");
        }
    }

    /** What milk is tagged with by the vocabulary for a snapshot; empty: it is not. */
    private static String label(TestStream stream, String snapshot) {
        var spans = stream.vocabularies.of(snapshot).tag("milk");
        return spans.isEmpty() ? "" : spans.get(0).label();
    }

    /** A vocabulary whose only term has the snapshot's id for a label. */
    private static Vocabulary vocabulary(String snapshot, String text) {
        return new Vocabulary(snapshot, 3L, List.of(new Term(snapshot, text, 3L, 1f)));
    }
}
