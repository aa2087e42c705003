package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Pending;
import io.tagweir.wire.SingleObjectSerde;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries that earlier releases left in a ledger. */
class LedgerSchemasTest {

    private static final SingleObjectSerde<Pending> TODAY =
            new SingleObjectSerde<>(Pending.getClassSchema(), LedgerSchemas.schemas());

    static List<Schema> earlier() {
        return List.of(LedgerSchemas.schemas());
    }

    @ParameterizedTest
    @MethodSource("earlier")
    void entryOfAnEarlierReleaseIsRead(Schema schema) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(entry(schema), bytes);

        var pending = TODAY.deserializer().deserialize("ledger", bytes.toByteArray());
        assertThat(pending.getMiss().getQueryId()).isEqualTo("q1");
        assertThat(pending.getMiss().getCanonicalQuery()).isEqualTo("odd");
        assertThat(pending.getMiss().getEventTime()).isEqualTo(Instant.ofEpochMilli(1234));
        assertThat(pending.getMiss().getTeacherTags()).isNull();
        assertThat(pending.getHeaders())
                .singleElement()
                .satisfies(header -> assertThat(header.getKey()).isEqualTo("trace"));
    }

    @Test
    void everyReleasedMissButTodaysHasItsLedger() throws IOException {
        var today = SchemaNormalization.toParsingForm(
                Pending.getClassSchema().getField("miss").schema());
        try (Stream<Path> releases = Files.list(Path.of("avro/released"))) {
            var released = releases.map(release -> release.resolve("Miss.avsc"))
                    .filter(Files::exists)
                    .map(LedgerSchemasTest::parsed)
                    .map(SchemaNormalization::toParsingForm)
                    .filter(miss -> !miss.equals(today))
                    .toList();
            assertThat(earlier())
                    .extracting(schema -> SchemaNormalization.toParsingForm(
                            schema.getField("miss").schema()))
                    .containsExactlyInAnyOrderElementsOf(released);
        }
    }

    private static Schema parsed(Path file) {
        try {
            return new Schema.Parser().parse(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GenericRecord entry(Schema schema) {
        var missSchema = schema.getField("miss").schema();
        var miss = new GenericRecordBuilder(missSchema)
                .set("query_id", "q1")
                .set("query", "Odd")
                .set("canonical_query", "odd")
                .set("event_time", 1234L)
                .build();
        var header = new GenericRecordBuilder(
                        schema.getField("headers").schema().getElementType())
                .set("key", "trace")
                .set("value", ByteBuffer.wrap(new byte[] {1}))
                .build();
        return new GenericRecordBuilder(schema)
                .set("miss", miss)
                .set("headers", List.of(header))
                .build();
    }
}
