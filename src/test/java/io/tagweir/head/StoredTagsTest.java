package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.RowHash;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredTagsTest {

    static Stream<HeadTags> rows() {
        var one = HeadTags.newBuilder()
                .setTags(List.of(new Tag("a", "ä", 0, 1, 0.25f), new Tag("b", "", 1, 2, 1f)))
                .setTaggedAt(Instant.ofEpochMilli(1));
        return Stream.of(
                one.build(),
                one.setExpiresAt(Instant.ofEpochMilli(2)).build(),
                one.setDependsOn(List.of("entity one", "entität zwei")).build(),
                one.setExpiresAt(null).setTaggedAt(Instant.ofEpochMilli(-1)).build(),
                one.setTags(List.of()).build());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowIsUnchangedByStoringIt(HeadTags row) {
        byte[] stored = StoredTags.of(row);
        assertThat(StoredTags.row(stored)).isEqualTo(row);
        assertThat(StoredTags.tags(stored)).isEqualTo(row.getTags());
        assertThat(StoredTags.dependsOn(stored)).isEqualTo(row.getDependsOn());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void headerTellsWhatTheRowSays(HeadTags row) {
        byte[] stored = StoredTags.of(row);
        assertThat(StoredTags.taggedAt(stored)).isEqualTo(row.getTaggedAt().toEpochMilli());
        assertThat(StoredTags.expiresAt(stored))
                .isEqualTo(
                        row.getExpiresAt() == null
                                ? StoredTags.NEVER
                                : row.getExpiresAt().toEpochMilli());
        assertThat(StoredTags.depends(stored)).isEqualTo(!row.getDependsOn().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowsHashIsThatOfItsStoredBytes(HeadTags row) {
        var key = new QueryKey("us", "milk");
        byte[] stored = StoredTags.of(row);
        assertThat(new RowHash().of(key.text(), stored, StoredTags.ROW_AT, stored.length - StoredTags.ROW_AT))
                .isEqualTo(new RowHash().of(key, row));
    }

    @Test
    void rowOfAnotherFormatIsNotGuessedAt() {
        byte[] stored = StoredTags.of(rows().findFirst().orElseThrow());
        stored[0] = 1;
        assertThatThrownBy(() -> StoredTags.taggedAt(stored))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 1; this release reads 2");
        assertThat(StoredTags.isReadable(stored)).isFalse();
        assertThat(StoredTags.isReadable(new byte[0])).isFalse();
    }
}
