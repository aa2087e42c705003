package io.tagweir.app;

import static io.tagweir.app.SnapshotPublishIT.control;
import static io.tagweir.app.SnapshotPublishIT.rows;
import static io.tagweir.app.SnapshotPublishIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.TeacherRow;
import io.tagweir.local.LocalCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Teacher's files as a careless teacher, editor or upload leaves them: every row is published or reported. */
class CarelessFilesIT {

    private static final String WAY_ON =
            " stays PUBLISHING: correct this and continue with --resume, or drop it with" + " snapshot retire ";

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /**
     * As {@code cat one two} makes it where the first has no last line feed, and as a JSON array taken apart has it.
     */
    @Test
    void lineThatIsNotExactlyOneObjectIsToldAndRefusedByStrict() throws IOException {
        var site = new Site(cluster, "joined", dir, Map.of());
        var file = file(row("one") + row("two"), row("three") + ",", row("four") + " garbage", row("five"), "", "  ")
                .toString();
        var published = run(site, "publish", "v1", "--file", file);
        assertThat(published.exitCode()).as("%s", published.err()).isZero();
        assertThat(published.out())
                .containsExactly("v1 SEALED: 1 rows in 4 partitions; skipped 3 bad and 0 duplicate rows");
        assertThat(told(published)).hasSize(3);
        for (int line = 1; line <= 3; line++) {
            assertThat(told(published).get(line - 1))
                    .startsWith("skipped: line " + line + ": invalid JSON near column ");
        }
        assertThat(rows(site, "v1")).containsExactly("five");
        assertThat(run(site, "publish", "--strict", "v2", "--file", file).exitCode())
                .isEqualTo(2);
    }

    @Test
    void byteOrderMarkLineEndsAndGzipMakeNoOtherSnapshot() throws IOException {
        var site = new Site(cluster, "marked", dir, Map.of());
        var text = row("one") + "\n" + row("two") + "\n";
        var marked = ("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8);
        publishes(site, "plain", Files.writeString(dir.resolve("plain"), text));
        publishes(site, "marked", Files.write(dir.resolve("marked"), marked));
        publishes(site, "gzip", Files.write(dir.resolve("packed.jsonl"), gzip(marked)));
        for (var id : List.of("marked", "gzip")) {
            assertThat(control(site, id).getPartitionChecksums())
                    .isEqualTo(control(site, "plain").getPartitionChecksums());
        }
    }

    private static void publishes(Site site, String id, Path file) {
        var published = run(site, "publish", "--strict", id, "--file", file.toString());
        assertThat(told(published)).isEmpty();
        assertThat(published.out())
                .containsExactly(id + " SEALED: 2 rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
    }

    @Test
    void gzipThatIsCutShortSealsNothing() throws IOException {
        var site = new Site(cluster, "cut", dir, Map.of());
        var text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(row("q" + i)).append('\n');
        }
        var whole = gzip(text.toString().getBytes(StandardCharsets.UTF_8));
        var cut = Files.write(dir.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 1));
        var published = run(site, "publish", "v1", "--file", cut.toString());
        assertThat(published.exitCode()).isEqualTo(2);
        assertThat(told(published).get(0)).startsWith("tagweir: can't read " + cut + " after line ");
        assertThat(told(published)).endsWith("tagweir: v1" + WAY_ON + "v1");
        assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.PUBLISHING);
    }

    @Test
    void timeThatCannotBeStoredIsToldAndTheOtherRowsArePublished() throws IOException {
        var site = new Site(cluster, "times", dir, Map.of());
        var file = file(
                row("one"),
                row("two").replace("{\"query\"", "{\"expires_at\":\"+1000000000-12-31T23:59:59.999999999Z\",\"query\""),
                row("three").replace("2026-03-01T00:00:00Z", "1969-12-31T23:59:59.999Z"));
        var published = run(site, "publish", "v1", "--file", file.toString());
        assertThat(published.exitCode()).as("%s", published.err()).isZero();
        assertThat(told(published))
                .singleElement()
                .asString()
                .startsWith(
                        "skipped: line 2: expires_at is \"+1000000000-12-31T23:59:59.999999999Z\"; expected a time from ");
        assertThat(rows(site, "v1")).containsExactly("one", "three");
    }

    /** In UTF-8 both would be a question mark, and one key. */
    @Test
    void queriesThatDifferInUnpairedSurrogatesAreNotSealedAsOne() throws IOException {
        var site = new Site(cluster, "surrogates", dir, Map.of());
        var file = file(row("cup \\ud83e"), row("cup \\ud83d"), row("cup ?"));
        var published = run(site, "publish", "v1", "--file", file.toString());
        assertThat(published.out())
                .containsExactly("v1 SEALED: 1 rows in 4 partitions; skipped 2 bad and 0 duplicate rows");
        assertThat(told(published))
                .containsExactly(
                        "skipped: line 1: query is not well-formed text: it has an unpaired surrogate (U+D83E) at"
                                + " character 4",
                        "skipped: line 2: query is not well-formed text: it has an unpaired surrogate (U+D83D) at"
                                + " character 4");
        assertThat(rows(site, "v1")).containsExactly("cup ?");
    }

    @Test
    void fileWithoutAFitRowIsRefusedWithReasonsAndTheIdIsFree() throws IOException {
        var site = new Site(cluster, "unfit", dir, Map.of());
        var file = file("rubbish", row("one").replace("\"start\":0", "\"start\":\"0\""), row(" "));
        var published = run(site, "publish", "v1", "--file", file.toString());
        assertThat(published.exitCode()).isEqualTo(2);
        assertThat(told(published)).hasSize(4);
        assertThat(told(published).get(0))
                .isEqualTo("tagweir: none of the 3 rows in " + file + " is valid; nothing was written");
        assertThat(told(published).get(1)).startsWith("tagweir: line 1: invalid JSON");
        assertThat(told(published).get(2)).isEqualTo("tagweir: line 2: tags[0].start is \"0\"; expected an integer");
        assertThat(told(published).get(3)).isEqualTo("tagweir: line 3: the query is empty");
        assertThat(run(site, "publish", "v1", "--file", file().toString()).err())
                .singleElement()
                .asString()
                .contains("has no rows");
        assertThat(run(site, "publish", "v1", "--file", file(row("one")).toString())
                        .exitCode())
                .isZero();
    }

    @Test
    void fieldThatIsNotReadIsTold() throws IOException {
        var site = new Site(cluster, "fields", dir, Map.of());
        var file = file(
                row("one").replace("{\"query\"", "{\"expire_at\":\"2026-01-01T00:00:00Z\",\"query\""),
                row("two").replace("\"label\"", "\"scor\":0.5,\"label\""));
        var published = run(site, "publish", "v1", "--file", file.toString());
        assertThat(published.exitCode()).isZero();
        assertThat(told(published))
                .containsExactly(
                        "not read: the field expire_at (1 times) is unknown and was ignored; did you mean expires_at?",
                        "not read: the field tags[].scor (1 times) is unknown and was ignored; did you mean tags[].score?");
    }

    @Test
    void textsThatAreNotUtf8InAnAvroFileAreTold() throws IOException {
        var site = new Site(cluster, "avro", dir, Map.of());
        var file = dir.resolve("texts.avro");
        var schema = TeacherRow.getClassSchema();
        try (var out =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema)).create(schema, file.toFile())) {
            out.append(avro(schema, new Utf8("one")));
            out.append(avro(schema, new Utf8(new byte[] {'o', 'n', (byte) 0xed, (byte) 0xa0, (byte) 0xbe})));
            out.append(avro(schema, new Utf8("three")));
        }
        var published = run(site, "publish", "v1", "--file", file.toString());
        assertThat(told(published)).containsExactly("skipped: row 2: not UTF-8: byte 3 is 0xED, which is invalid here");
        assertThat(rows(site, "v1")).containsExactly("one", "three");

        var packed = Files.write(dir.resolve("texts"), gzip(Files.readAllBytes(file)));
        assertThat(run(site, "publish", "v2", "--file", packed.toString()).out())
                .containsExactly("v2 SEALED: 2 rows in 4 partitions; skipped 1 bad and 0 duplicate rows");
    }

    /** Avro would read them as milliseconds, and no row would ever expire. */
    @Test
    void avroFileWithTimesInMicrosecondsIsRefused() throws IOException {
        var site = new Site(cluster, "micros", dir, Map.of());
        var schema = new Schema.Parser()
                .parse(TeacherRow.getClassSchema().toString().replace("timestamp-millis", "timestamp-micros"));
        var file = dir.resolve("micros.avro");
        try (var out =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema)).create(schema, file.toFile())) {
            out.append(avro(schema, new Utf8("one")));
        }
        assertThat(run(site, "publish", "v1", "--file", file.toString()).err())
                .containsExactly("tagweir: the Avro file has tagged_at as timestamp-micros; expected timestamp-millis");
        assertThat(run(site, "list").out()).noneMatch(line -> line.startsWith("v1"));
    }

    /** A fault of the program, here one of its output, which comes after the rows are written and before the seal. */
    @Test
    void snapshotThatFailsUnexpectedlyIsNotLeftAsIfItWereBeingPublished() throws IOException {
        var site = new Site(cluster, "fault", dir, Map.of());
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
        var args = SnapshotPublishIT.arguments(
                site, "publish", "v1", "--file", file(row("one"), "rubbish").toString());
        assertThat(Main.commandLine().setErr(err).execute(args)).isEqualTo(1);
        assertThat(said.toString())
                .contains("tagweir: publishing v1 failed because of an internal error, see below; v1 is RETIRED and its"
                        + " rows are removed: publish under another id")
                .contains("ArithmeticException: long overflow");
        assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.RETIRED);
        assertThat(rows(site, "v1")).isEmpty();
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

    /** On stderr, but for the progress that a slow machine shows. */
    private static List<String> told(Ran ran) {
        return ran.err().stream().filter(line -> !line.startsWith("read ")).toList();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static Path file(String... rows) throws IOException {
        return Files.write(Files.createTempFile(dir, "rows", ".jsonl"), List.of(rows));
    }

    private static String row(String query) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"food\",\"start\":0,\"end\":1}],"
                + "\"tagged_at\":\"2026-03-01T00:00:00Z\"}";
    }
}
