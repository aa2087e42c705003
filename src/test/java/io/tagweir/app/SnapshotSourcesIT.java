package io.tagweir.app;

import io.tagweir.app.command.Await;
import static io.tagweir.app.SnapshotPublishIT.control;
import static io.tagweir.app.SnapshotPublishIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Tag;
import io.tagweir.avro.TeacherRow;
import io.tagweir.local.LocalCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The forms in which a teacher may hand over its rows. */
class SnapshotSourcesIT {

    private static final Instant TAGGED_AT = Instant.parse("2026-03-01T00:00:00Z");

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

    @Test
    void avroFileBecomesTheSnapshotThatTheSameRowsInJsonBecome() throws IOException {
        var site = new Site(cluster, "forms", dir, Map.of());
        var avro = dir.resolve("rows.avro");
        try (var file = new DataFileWriter<>(new SpecificDatumWriter<>(TeacherRow.class))) {
            file.setCodec(CodecFactory.deflateCodec(6)).create(TeacherRow.getClassSchema(), avro.toFile());
            file.append(row("milk", 0, 4, null));
            file.append(row("Röd  jacka", 5, 10, "brand one"));
            file.append(row("tea", 0, 9, null));
            file.append(row("milk", 0, 4, null));
        }
        var fromAvro = run(site, "publish", "avro", "--file", avro.toString());
        assertThat(fromAvro.exitCode()).as("%s", fromAvro.err()).isZero();
        assertThat(fromAvro.out())
                .containsExactly("avro SEALED: 2 rows in 4 partitions; skipped 1 bad and 1 duplicate rows");
        assertThat(fromAvro.err()).endsWith("skipped: row 3: tag food runs from 0 to 9, the query has 3 code points");
        assertThat(SnapshotPublishIT.rows(site, "avro")).containsExactly("milk", "röd jacka");
        assertThat(control(site, "avro").getSource()).isEqualTo(avro.toString());

        var json = Files.write(
                dir.resolve("rows.jsonl"),
                List.of(json("milk", 0, 4, "[]"), "", json("Röd  jacka", 5, 10, "[\"brand one\"]")));
        assertThat(run(site, "publish", "json", "--file", json.toString()).exitCode())
                .isZero();
        assertThat(control(site, "avro").getPartitionChecksums())
                .isEqualTo(control(site, "json").getPartitionChecksums());
    }

    /** As an upload that broke off leaves it: at any byte of the last block, its count of rows aside. */
    @Test
    void avroFileThatEndsWithinABlockIsRefusedAndSealsNothing() throws IOException {
        var site = new Site(cluster, "cut", dir, Map.of());
        var whole = new ByteArrayOutputStream();
        int block;
        try (var file = new DataFileWriter<>(new SpecificDatumWriter<>(TeacherRow.class))) {
            file.create(TeacherRow.getClassSchema(), whole);
            file.append(row("milk", 0, 4, null));
            file.sync();
            file.flush();
            block = whole.size();
            file.append(row("bread", 0, 5, null));
        }
        for (int bytes : List.of(block + 2, block + 10, whole.size() - 1)) {
            var cut = Files.write(dir.resolve("cut.avro"), Arrays.copyOf(whole.toByteArray(), bytes));
            var ran = run(site, "publish", "v" + bytes, "--file", cut.toString());
            assertThat(ran.err())
                    .containsExactly(
                            "tagweir: the Avro file is truncated after row 1",
                            "tagweir: v" + bytes + " stays PUBLISHING: correct this and continue with --resume, or"
                                    + " drop it with snapshot retire v" + bytes);
            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(run(site, "list").out()).anyMatch(line -> line.matches("v" + bytes + " +PUBLISHING .*"));
        }
    }

    /** Rows are fed until progress is shown: as long as the input is open, nobody knows how many will come. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void rowsComeThroughStandardInputAndProgressIsShownWhileTheyDo() throws Exception {
        var site = new Site(cluster, "stdin", dir, Map.of());
        var queries = new ArrayList<String>();
        try (var publish = TagweirProcess.start(
                SnapshotPublishIT.arguments(site, "publish", "v1", "--file", "-", "--teacher", "t-1"))) {
            Await.until("progress to be shown", Site.PATIENCE, () -> {
                feed(publish, queries, 500);
                return publish.stderr().contains("read ");
            });
            assertThat(publish.stderr().lines())
                    .allMatch(line -> line.matches("read [1-9]\\d*000 rows, \\d+ a second"));
            assertThat(control(site, "v1").getState()).hasToString("PUBLISHING");
            publish.endInput();
            assertThat(publish.awaitExit()).as(publish.stderr()).isZero();
            assertThat(publish.said())
                    .containsExactly("v1 SEALED: " + queries.size()
                            + " rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
        }
        assertThat(control(site, "v1").getSource()).isEqualTo("-");
        assertThat(control(site, "v1").getTeacher()).isEqualTo("t-1");
        assertThat(SnapshotPublishIT.rows(site, "v1")).containsExactlyInAnyOrderElementsOf(queries);
    }

    /** Feeds so many more rows; {@code fed} gets their queries. */
    static void feed(TagweirProcess publish, List<String> fed, int rows) {
        try {
            for (int i = 0; i < rows; i++) {
                String query = "q" + fed.size();
                publish.feed(json(query, 0, 2, "[]"));
                fed.add(query);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("it has ended: " + publish.stderr(), e);
        }
    }

    static String json(String query, int start, int end, String dependsOn) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"food\",\"start\":" + start + ",\"end\":" + end
                + "}],\"tagged_at\":\"" + TAGGED_AT + "\",\"depends_on\":" + dependsOn + "}";
    }

    private static TeacherRow row(String query, int start, int end, @Nullable String entity) {
        int to = Math.min(end, query.length());
        return TeacherRow.newBuilder()
                .setQuery(query)
                .setTags(List.of(new Tag("food", query.substring(start, to), start, end, 1f)))
                .setTaggedAt(TAGGED_AT)
                .setDependsOn(entity == null ? List.of() : List.of(entity))
                .build();
    }
}
