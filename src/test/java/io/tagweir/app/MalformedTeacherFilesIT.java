package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.TeacherRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every row of a malformed teacher's file is published or reported. */
class MalformedTeacherFilesIT {

    private static final String STAYS_PUBLISHING =
            " stays PUBLISHING: correct this and continue with --resume, or drop it with snapshot retire ";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     * As {@code cat one two} leaves it if {@code one} does not end with a line feed, or a JSON array split at lines.
     */
    @Test
    void lineThatIsNotExactlyOneObjectIsReportedAndRefusedByStrict() {
        var deployment = CLUSTER.deployment("joined");
        var file = CLUSTER.file(
                row("one") + row("two"), row("three") + ",", row("four") + " garbage", row("five"), "", "  ");
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", file).assertSuccess();
        assertThat(published.out())
                .containsExactly("v1 SEALED: 1 rows in 4 partitions; skipped 3 bad and 0 duplicate rows");
        assertThat(published.problems()).hasSize(3);
        for (int line = 1; line <= 3; line++) {
            assertThat(published.problems().get(line - 1))
                    .startsWith("skipped: line " + line + ": invalid JSON near column ");
        }
        assertThat(deployment.storedQueries("v1")).containsExactly("five");
        deployment
                .command("snapshot", "publish", "--strict", "v2", "--file", file)
                .assertRefused();
    }

    @Test
    void byteOrderMarkLineEndsAndGzipDoNotChangeTheSnapshot() throws IOException {
        var deployment = CLUSTER.deployment("marked");
        var text = row("one") + "\n" + row("two") + "\n";
        var marked = ("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8);
        publishes(deployment, "plain", Files.writeString(CLUSTER.dir().resolve("plain"), text));
        publishes(deployment, "marked", Files.write(CLUSTER.dir().resolve("marked"), marked));
        publishes(deployment, "gzip", Files.write(CLUSTER.dir().resolve("packed.jsonl"), gzip(marked)));
        for (var id : List.of("marked", "gzip")) {
            assertThat(deployment.snapshot(id).getPartitionChecksums())
                    .isEqualTo(deployment.snapshot("plain").getPartitionChecksums());
        }
    }

    private static void publishes(Deployment deployment, String id, Path file) {
        var published = deployment.command("snapshot", "publish", "--strict", id, "--file", file);
        assertThat(published.problems()).isEmpty();
        assertThat(published.out())
                .containsExactly(id + " SEALED: 2 rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
    }

    @Test
    void truncatedGzipSealsNothing() throws IOException {
        var deployment = CLUSTER.deployment("cut");
        var text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(row("q" + i)).append('\n');
        }
        var whole = gzip(text.toString().getBytes(StandardCharsets.UTF_8));
        var cut = Files.write(CLUSTER.dir().resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 1));
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", cut).assertRefused();
        assertThat(published.problems().get(0)).startsWith("tagweir: can't read " + cut + " after line ");
        assertThat(published.problems()).endsWith("tagweir: v1" + STAYS_PUBLISHING + "v1");
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.PUBLISHING);
    }

    @Test
    void timeThatCannotBeStoredIsReportedAndTheOtherRowsArePublished() {
        var deployment = CLUSTER.deployment("times");
        var file = CLUSTER.file(
                row("one"),
                row("two").replace("{\"query\"", "{\"expires_at\":\"+1000000000-12-31T23:59:59.999999999Z\",\"query\""),
                row("three").replace("2026-03-01T00:00:00Z", "1969-12-31T23:59:59.999Z"));
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", file).assertSuccess();
        assertThat(published.problems())
                .singleElement()
                .asString()
                .startsWith(
                        "skipped: line 2: expires_at is \"+1000000000-12-31T23:59:59.999999999Z\"; expected a time from ");
        assertThat(deployment.storedQueries("v1")).containsExactly("one", "three");
    }

    /** In UTF-8 both would become a question mark, and so the same key. */
    @Test
    void queriesThatDifferInUnpairedSurrogatesAreNotSealedAsOne() {
        var deployment = CLUSTER.deployment("surrogates");
        var file = CLUSTER.file(row("cup \\ud83e"), row("cup \\ud83d"), row("cup ?"));
        var published = deployment.command("snapshot", "publish", "v1", "--file", file);
        assertThat(published.out())
                .containsExactly("v1 SEALED: 1 rows in 4 partitions; skipped 2 bad and 0 duplicate rows");
        assertThat(published.problems())
                .containsExactly(
                        "skipped: line 1: query is not well-formed text: it has an unpaired surrogate (U+D83E) at"
                                + " character 4",
                        "skipped: line 2: query is not well-formed text: it has an unpaired surrogate (U+D83D) at"
                                + " character 4");
        assertThat(deployment.storedQueries("v1")).containsExactly("cup ?");
    }

    @Test
    void fileWithoutAValidRowIsRefusedWithReasonsAndTheIdStaysFree() {
        var deployment = CLUSTER.deployment("unfit");
        var file = CLUSTER.file("rubbish", row("one").replace("\"start\":0", "\"start\":\"0\""), row(" "));
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", file).assertRefused();
        assertThat(published.problems()).hasSize(4);
        assertThat(published.problems().get(0))
                .isEqualTo("tagweir: none of the 3 rows in " + file + " is valid; nothing was written");
        assertThat(published.problems().get(1)).startsWith("tagweir: line 1: invalid JSON");
        assertThat(published.problems().get(2))
                .isEqualTo("tagweir: line 2: tags[0].start is \"0\"; expected an integer");
        assertThat(published.problems().get(3)).isEqualTo("tagweir: line 3: the query is empty");
        assertThat(deployment
                        .command("snapshot", "publish", "v1", "--file", CLUSTER.file())
                        .err())
                .singleElement()
                .asString()
                .contains("has no rows");
        deployment
                .command("snapshot", "publish", "v1", "--file", CLUSTER.file(row("one")))
                .assertSuccess();
    }

    @Test
    void fieldThatIsNotReadIsReported() {
        var deployment = CLUSTER.deployment("fields");
        var file = CLUSTER.file(
                row("one").replace("{\"query\"", "{\"expire_at\":\"2026-01-01T00:00:00Z\",\"query\""),
                row("two").replace("\"label\"", "\"scor\":0.5,\"label\""));
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", file).assertSuccess();
        assertThat(published.problems())
                .containsExactly(
                        "not read: the field expire_at (1 times) is unknown and was ignored; did you mean expires_at?",
                        "not read: the field tags[].scor (1 times) is unknown and was ignored; did you mean tags[].score?");
    }

    @Test
    void textsThatAreNotUtf8InAnAvroFileAreReported() throws IOException {
        var deployment = CLUSTER.deployment("avro");
        var file = CLUSTER.dir().resolve("texts.avro");
        var schema = TeacherRow.getClassSchema();
        try (var out =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema)).create(schema, file.toFile())) {
            out.append(avro(schema, new Utf8("one")));
            out.append(avro(schema, new Utf8(new byte[] {'o', 'n', (byte) 0xed, (byte) 0xa0, (byte) 0xbe})));
            out.append(avro(schema, new Utf8("three")));
        }
        var published = deployment.command("snapshot", "publish", "v1", "--file", file);
        assertThat(published.problems())
                .containsExactly("skipped: row 2: not UTF-8: byte 3 is 0xED, which is invalid here");
        assertThat(deployment.storedQueries("v1")).containsExactly("one", "three");

        var packed = Files.write(CLUSTER.dir().resolve("texts"), gzip(Files.readAllBytes(file)));
        assertThat(deployment
                        .command("snapshot", "publish", "v2", "--file", packed)
                        .out())
                .containsExactly("v2 SEALED: 2 rows in 4 partitions; skipped 1 bad and 0 duplicate rows");
    }

    /** Avro would read them as milliseconds, so that no row would ever expire. */
    @Test
    void avroFileWithTimesInMicrosecondsIsRefused() throws IOException {
        var deployment = CLUSTER.deployment("micros");
        var schema = new Schema.Parser()
                .parse(TeacherRow.getClassSchema().toString().replace("timestamp-millis", "timestamp-micros"));
        var file = CLUSTER.dir().resolve("micros.avro");
        try (var out =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema)).create(schema, file.toFile())) {
            out.append(avro(schema, new Utf8("one")));
        }
        assertThat(deployment
                        .command("snapshot", "publish", "v1", "--file", file)
                        .err())
                .containsExactly(
                        "tagweir: the Avro file has tagged_at as timestamp-micros; expected timestamp-millis");
        assertThat(deployment.command("snapshot", "list").out()).noneMatch(line -> line.startsWith("v1"));
    }

    /** The bug is simulated on output, which comes after the rows are written and before the seal. */
    @Test
    void snapshotWhosePublicationHitsABugIsRetired() {
        var deployment = CLUSTER.deployment("fault");
        var said = new StringWriter();
        var err = new PrintWriter(said, true) {
            private boolean failed;

            @Override
            public void println(String line) {
                if (!failed && line.startsWith("skipped")) {
                    failed = true;
                    throw new ArithmeticException("long overflow");
                }
                super.println(line);
            }
        };
        var arguments =
                deployment.arguments("snapshot", "publish", "v1", "--file", CLUSTER.file(row("one"), "rubbish"));
        assertThat(Main.commandLine().setErr(err).execute(arguments.toArray(String[]::new)))
                .isEqualTo(1);
        assertThat(said.toString())
                .contains("tagweir: publishing v1 failed because of an internal error, see below; v1 is RETIRED and its"
                        + " rows are removed: publish under another id")
                .contains("ArithmeticException: long overflow");
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.RETIRED);
        assertThat(deployment.storedQueries("v1")).isEmpty();
    }

    private static GenericRecord avro(Schema schema, Utf8 query) {
        var tag = schema.getField("tags").schema().getElementType();
        var food = new GenericData.Record(tag);
        food.put("label", "food");
        food.put("value", "on");
        food.put("start", 0);
        food.put("end", 2);
        food.put("score", 1f);
        var row = new GenericData.Record(schema);
        row.put("query", query);
        row.put("segment", "");
        row.put("tags", List.of(food));
        row.put("depends_on", List.of());
        return row;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static String row(String query) {
        return Rows.json(query, "food", 0, 1);
    }
}
