package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The Avro bytes of one fixed record of each kind never change by accident. */
class WireGoldenTest {

    static final List<SpecificRecord> RECORDS = Examples.ALL;

    @ParameterizedTest
    @FieldSource("RECORDS")
    void bytesOfTheExampleAreThoseOnFile(SpecificRecord example) throws IOException {
        var bytes = avro(example);
        Golden.assertMatches(
                Path.of(
                        "src/test/resources/io/tagweir/wire",
                        example.getSchema().getName() + ".hex"),
                hex(bytes));
        var reader = AvroRecords.reader(example.getSchema(), example.getSchema());
        assertThat(reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null)))
                .isEqualTo(example);
    }

    static byte[] avro(SpecificRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        AvroRecords.writer(record.getSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes).replaceAll("(.{64})(?=.)", "$1\n") + "\n";
    }
}
