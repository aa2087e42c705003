package io.tagweir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaCatalogueTest {

    private static final AvroText INT = AvroText.parse("\"int\"");
    private static final AvroText LONG = AvroText.parse("\"long\"");

    private final List<SchemaRecord> log = new ArrayList<>();
    private final SchemaCatalogue catalogue = new SchemaCatalogue(log::add);

    @Test
    void catalogueRebuiltFromItsLogIsTheSame() {
        catalogue.register("a", INT);
        catalogue.register("a", LONG);
        catalogue.register("b", LONG);
        catalogue.delete("b");
        catalogue.level("a", Compatibility.FORWARD);
        catalogue.level(null, Compatibility.NONE);

        var rebuilt = new SchemaCatalogue(change -> {});
        for (SchemaRecord one : log) {
            rebuilt.apply(SchemaRecord.of(one.key(), one.value(), 0));
        }

        assertThat(rebuilt.subjects()).containsExactly("a");
        assertThat(rebuilt.versions("a")).isEqualTo(catalogue.versions("a"));
        assertThat(rebuilt.schema(2)).isEqualTo(LONG);
        assertThat(rebuilt.levelFor("a")).isEqualTo(Compatibility.FORWARD);
        assertThat(rebuilt.level()).isEqualTo(Compatibility.NONE);
        assertThat(rebuilt.register("b", LONG)).isEqualTo(2);
        assertThat(rebuilt.version("b", "latest").version()).isEqualTo(2);
    }

    @Test
    void failedWriteChangesNothingAndItsIdIsNotGivenAgain() {
        var failing = new SchemaCatalogue(change -> {
            log.add(change);
            if (log.size() == 1) {
                throw RegistryError.notStored("down");
            }
        });

        assertThatThrownBy(() -> failing.register("a", INT)).isInstanceOf(RegistryError.class);

        assertThat(failing.subjects()).isEmpty();
        assertThat(failing.register("a", LONG)).isEqualTo(2);
        assertThat(failing.version("a", "latest").version()).isEqualTo(2);
    }

    @Test
    void fullWantsBothDirections() {
        catalogue.level("a", Compatibility.FULL);
        catalogue.register("a", INT);

        assertThatThrownBy(() -> catalogue.register("a", LONG))
                .isInstanceOf(RegistryError.class)
                .hasMessageContaining("the old schema cannot read the new");
    }

    @Test
    void transitiveLevelLooksAtEveryVersion() {
        AvroText one = record("{\"name\":\"a\",\"type\":\"int\"}");
        AvroText none = record("");
        AvroText other = record("{\"name\":\"a\",\"type\":\"string\",\"default\":\"\"}");
        catalogue.register("plain", one);
        catalogue.register("plain", none);
        catalogue.level("strict", Compatibility.BACKWARD_TRANSITIVE);
        catalogue.register("strict", one);
        catalogue.register("strict", none);

        assertThat(catalogue.register("plain", other)).isEqualTo(3);
        assertThatThrownBy(() -> catalogue.register("strict", other)).isInstanceOf(RegistryError.class);
    }

    @Test
    void foreignRecordInTheTopicStopsTheStart() {
        assertThatThrownBy(() -> SchemaRecord.of("{\"keytype\":\"NOOP\"}", "{}", 12))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("the record at offset 12 of _schemas");
    }

    private static AvroText record(String fields) {
        return AvroText.parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }
}
