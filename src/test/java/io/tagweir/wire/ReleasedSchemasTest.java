package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Schemas that were released, frozen in {@code avro/released/N/}: whatever wrote a record, today's reader reads it, and
 * the readers out there read what is written today.
 *
 * <p>A frozen file is never edited. A change of {@code avro/} that is to be released is frozen as the next N.
 */
class ReleasedSchemasTest {

    private static final Set<String> INTERNAL = Set.of("Pending.avsc", "Held.avsc", "CachedTags.avsc");
    private static final Path RELEASED = Path.of("avro/released");

    record Release(int number, Schema frozen, SpecificRecord example) {

        Schema current() {
            return example.getSchema();
        }

        /** Nothing has changed since, so nothing may get lost on the way. */
        boolean isCurrent() {
            return RegisteredSchema.of(current()).toString().equals(frozen.toString());
        }

        @Override
        public String toString() {
            return frozen.getName() + " of release " + number;
        }
    }

    static List<Release> releases() throws IOException {
        var releases = new ArrayList<Release>();
        try (Stream<Path> folders = Files.list(RELEASED)) {
            for (var folder : folders.sorted().toList()) {
                int number = Integer.parseInt(folder.getFileName().toString());
                for (var example : Examples.ALL) {
                    var file = folder.resolve(example.getSchema().getName() + ".avsc");
                    if (Files.exists(file)) {
                        releases.add(new Release(number, new Schema.Parser().parse(Files.readString(file)), example));
                    }
                }
            }
        }
        return releases;
    }

    @ParameterizedTest
    @MethodSource("releases")
    void releasedAndCurrentSchemaAreCompatibleBothWays(Release release) {
        assertThat(compatibility(release.current(), release.frozen)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(release.frozen, release.current())).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void todaysReaderReadsWhatTheReleaseWrote(Release release) throws IOException {
        var old = read(new GenericDatumReader<GenericRecord>(release.current(), release.frozen), today(release));
        var bytes = write(release.frozen, old);
        var record = AvroRecords.reader(release.frozen, release.current())
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        assertThat(record).isInstanceOf(release.example.getClass());
        if (release.isCurrent()) {
            assertThat(record).isEqualTo(release.example);
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void readersOfTheReleaseReadWhatIsWrittenToday(Release release) throws IOException {
        var seen = read(new GenericDatumReader<GenericRecord>(release.current(), release.frozen), today(release));
        var field = release.frozen.getFields().get(0).name();
        assertThat(seen.getSchema()).isEqualTo(release.frozen);
        assertThat(seen.get(field)).isNotNull();
    }

    @Test
    void everyPublicSchemaHasBeenReleased() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("avro"))) {
            var names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".avsc") && !INTERNAL.contains(name))
                    .map(name -> name.replace(".avsc", ""))
                    .toList();
            assertThat(releases())
                    .extracting(release -> release.frozen.getName())
                    .containsAll(names)
                    .doesNotContain("Pending", "Held", "CachedTags");
            assertThat(Examples.ALL)
                    .extracting(example -> example.getSchema().getName())
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }

    private static byte[] today(Release release) throws IOException {
        return WireGoldenTest.avro(release.example);
    }

    private static byte[] write(Schema schema, GenericRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static <R> R read(DatumReader<R> reader, byte[] bytes) throws IOException {
        return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
