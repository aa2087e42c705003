package io.tagweir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SubjectsTest {

    private static final Schema INT = SchemaVersion.parse("\"int\"");
    private static final Schema LONG = SchemaVersion.parse("\"long\"");

    /** What the release before this one wrote: a subject deleted, levels set, a subject registered again. */
    private static final String[][] RECORDS_OF_THE_LAST_RELEASE = {
        {schemaKey("a", 1), schemaValue("a", 1, 1, "\\\"int\\\"", false)},
        {"{\"keytype\":\"CONFIG\",\"subject\":\"a\",\"magic\":0}", "{\"compatibilityLevel\":\"FORWARD\"}"},
        {"{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}", "{\"compatibilityLevel\":\"NONE\"}"},
        {schemaKey("b", 1), schemaValue("b", 1, 2, "\\\"long\\\"", false)},
        {schemaKey("b", 1), schemaValue("b", 1, 2, "\\\"long\\\"", true)},
        {schemaKey("c", 1), schemaValue("c", 1, 2, "\\\"long\\\"", true)},
        {schemaKey("c", 2), schemaValue("c", 2, 1, "\\\"int\\\"", false)},
    };

    private final List<SchemaVersion> topic = new ArrayList<>();
    private final Subjects subjects = new Subjects(topic::add);

    @Test
    void subjectsReadFromTheirTopicAreTheSame() {
        subjects.register("a", INT);
        subjects.register("a", LONG);
        subjects.register("b", LONG);

        var read = new Subjects(version -> {});
        for (SchemaVersion one : topic) {
            SchemaVersion.read(one.key(), one.value(), 0).ifPresent(read::apply);
        }

        assertThat(read.names()).containsExactly("a", "b");
        assertThat(read.versions("a")).isEqualTo(subjects.versions("a")).hasSize(2);
        assertThat(read.versions("b")).isEqualTo(subjects.versions("b"));
        assertThat(read.schema(2)).isEqualTo("\"long\"");
        assertThat(read.register("b", LONG)).isEqualTo(2);
        assertThat(read.register("c", SchemaVersion.parse("\"string\""))).isEqualTo(3);
    }

    @Test
    void recordsOfTheLastReleaseAreReadAndItsDeletesHold() {
        for (var one : RECORDS_OF_THE_LAST_RELEASE) {
            SchemaVersion.read(one[0], one[1], 0).ifPresent(subjects::apply);
        }

        assertThat(subjects.names()).containsExactly("a", "c");
        assertThatThrownBy(() -> subjects.versions("b")).hasMessage("Subject 'b' not found.");
        assertThat(subjects.versions("c")).extracting(SchemaVersion::version).containsExactly(2);
        assertThat(subjects.schema(2)).isEqualTo("\"long\"");
        assertThat(subjects.register("b", LONG)).isEqualTo(2);
        assertThat(subjects.version("b", "latest").version()).isEqualTo(2);
        assertThat(subjects.register("a", LONG)).isEqualTo(2);
    }

    @Test
    void failedWriteChangesNothingAndItsIdIsNotGivenAgain() {
        var failing = new Subjects(version -> {
            topic.add(version);
            if (topic.size() == 1) {
                throw RegistryError.notStored("down");
            }
        });

        assertThatThrownBy(() -> failing.register("a", INT)).isInstanceOf(RegistryError.class);

        assertThat(failing.names()).isEmpty();
        assertThat(failing.register("a", LONG)).isEqualTo(2);
    }

    /** The record of the failed write may be on the topic, and the next version of the subject replaces it. */
    @Test
    void writeThatOnlySeemedToFailIsReplacedByTheNext() {
        topic.add(new SchemaVersion("a", 1, 1, "\"int\"", false));
        topic.add(new SchemaVersion("a", 1, 2, "\"long\"", false));
        topic.forEach(subjects::apply);

        assertThat(subjects.versions("a")).containsExactly(topic.get(1));
        assertThat(subjects.schema(1)).isEqualTo("\"int\"");
        assertThat(subjects.schema(2)).isEqualTo("\"long\"");
    }

    @Test
    void damagedRecordStopsTheStart() {
        assertThatThrownBy(() -> SchemaVersion.read(schemaKey("a", 1), "{}", 12))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("the record at offset 12 of _schemas can't be read");
        assertThatThrownBy(() -> SchemaVersion.read(schemaKey("a", 1), null, 12))
                .isInstanceOf(CannotStart.class);
    }

    @Test
    void recordsOfOtherKindsAreSkipped() {
        assertThat(SchemaVersion.read("{\"keytype\":\"NOOP\"}", null, 12)).isEmpty();
    }

    private static String schemaKey(String subject, int version) {
        return "{\"keytype\":\"SCHEMA\",\"subject\":\"" + subject + "\",\"version\":" + version + ",\"magic\":1}";
    }

    private static String schemaValue(String subject, int version, int id, String schema, boolean deleted) {
        return "{\"subject\":\"" + subject + "\",\"version\":" + version + ",\"id\":" + id + ",\"schema\":\"" + schema
                + "\",\"deleted\":" + deleted + "}";
    }
}
