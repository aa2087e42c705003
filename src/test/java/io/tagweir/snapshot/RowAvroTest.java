package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowAvroTest {

    static Stream<HeadTags> rows() {
        var row = HeadTags.newBuilder()
                .setTags(List.of(new Tag("a", "ä 😀", 0, 300, 0.25f), new Tag("", "", -1, 2, Float.NaN)))
                .setTaggedAt(Instant.parse("2026-03-01T00:00:00.001Z"));
        return Stream.of(
                row.build(),
                row.setExpiresAt(Instant.ofEpochMilli(Long.MAX_VALUE)).build(),
                row.setDependsOn(List.of("entity one", "", "entität zwei")).build(),
                row.setExpiresAt(null).setTaggedAt(Instant.ofEpochMilli(-1)).build(),
                row.setTags(List.of()).build());
    }

    /** A field added to the schema and forgotten here would be left out of checksum and store alike. */
    @ParameterizedTest
    @MethodSource("rows")
    void bytesAreThoseThatAvroItselfWrites(HeadTags row) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new SpecificDatumWriter<>(HeadTags.class).write(row, encoder);
        assertThat(RowAvro.of(row).bytes()).isEqualTo(out.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowBeginsWithItsTags(HeadTags row) {
        var avro = RowAvro.of(row);
        assertThat(RowAvro.ofTags(row.getTags())).isEqualTo(Arrays.copyOf(avro.bytes(), avro.tagsLength()));
    }
}
