package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Tag;
import io.tagweir.avro.TeacherRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The file formats in which a teacher can deliver its rows. */
class TeacherFilesIT {

    private static final Instant TAGGED_AT = Instant.parse("2026-03-01T00:00:00Z");

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void avroFileGivesTheSameSnapshotAsTheSameRowsInJson() throws IOException {
        var deployment = CLUSTER.deployment("forms");
        var avro = CLUSTER.dir().resolve("rows.avro");
        try (var file = new DataFileWriter<>(new SpecificDatumWriter<>(TeacherRow.class))) {
            file.setCodec(CodecFactory.deflateCodec(6)).create(TeacherRow.getClassSchema(), avro.toFile());
            file.append(row("milk", 0, 4, null));
            file.append(row("Röd  jacka", 5, 10, "brand one"));
            file.append(row("tea", 0, 9, null));
            file.append(row("milk", 0, 4, null));
        }
        var fromAvro = deployment
                .command("snapshot", "publish", "avro", "--file", avro)
                .assertSuccess();
        assertThat(fromAvro.out())
                .containsExactly("avro SEALED: 2 rows in 4 partitions; skipped 1 bad and 1 duplicate rows");
        assertThat(fromAvro.err())
                .endsWith("skipped: row 3: tag food runs from 0 to 9, the query has 3 code points");
        assertThat(deployment.storedQueries("avro")).containsExactly("milk", "röd jacka");
        assertThat(deployment.snapshot("avro").getSource()).isEqualTo(avro.toString());

        var json = CLUSTER.file(
                Rows.json("milk", "food", 0, 4),
                "",
                Rows.json("Röd  jacka", "food", 5, 10)
                        .replace("{\"query\"", "{\"depends_on\":[\"brand one\"],\"query\""));
        deployment.command("snapshot", "publish", "json", "--file", json).assertSuccess();
        assertThat(deployment.snapshot("avro").getPartitionChecksums())
                .isEqualTo(deployment.snapshot("json").getPartitionChecksums());
    }

    /** As an aborted upload leaves it: truncated anywhere in the last block after the row count. */
    @Test
    void avroFileThatEndsWithinABlockIsRefusedAndSealsNothing() throws IOException {
        var deployment = CLUSTER.deployment("cut");
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
            var cut = Files.write(CLUSTER.dir().resolve("cut.avro"), Arrays.copyOf(whole.toByteArray(), bytes));
            var ran = deployment.command("snapshot", "publish", "v" + bytes, "--file", cut);
            assertThat(ran.err())
                    .containsExactly(
                            "tagweir: the Avro file is truncated after row 1",
                            "tagweir: v" + bytes + " stays PUBLISHING: correct this and continue with --resume, or"
                                    + " drop it with snapshot retire v" + bytes);
            ran.assertRefused();
            assertThat(deployment.command("snapshot", "list").out())
                    .anyMatch(line -> line.matches("v" + bytes + " +PUBLISHING .*"));
        }
    }

    /** The test feeds rows until progress is shown, because it cannot know how many that takes. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void rowsAreReadFromStandardInputAndProgressIsShown() throws Exception {
        var deployment = CLUSTER.deployment("stdin");
        var queries = new ArrayList<String>();
        try (var publish = TagweirProcess.start(
                deployment.arguments("snapshot", "publish", "v1", "--file", "-", "--teacher", "t-1"))) {
            await("progress to be shown", () -> {
                feed(publish, queries, 500);
                return publish.stderr().contains("read ");
            });
            assertThat(publish.stderr().lines())
                    .allMatch(line -> line.matches("read [1-9]\\d*000 rows, \\d+ a second"));
            assertThat(deployment.snapshot("v1").getState()).hasToString("PUBLISHING");
            publish.endInput();
            assertThat(publish.awaitExit()).as(publish.stderr()).isZero();
            assertThat(publish.said())
                    .containsExactly("v1 SEALED: " + queries.size()
                            + " rows in 4 partitions; skipped 0 bad and 0 duplicate rows");
        }
        assertThat(deployment.snapshot("v1").getSource()).isEqualTo("-");
        assertThat(deployment.snapshot("v1").getTeacher()).isEqualTo("t-1");
        assertThat(deployment.storedQueries("v1")).containsExactlyInAnyOrderElementsOf(queries);
    }

    /** Feeds so many more rows; adds their queries to {@code fed}. */
    static void feed(TagweirProcess publish, List<String> fed, int rows) {
        try {
            for (int i = 0; i < rows; i++) {
                String query = "q" + fed.size();
                publish.feed(Rows.json(query, "food", 0, 2));
                fed.add(query);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the process has ended: " + publish.stderr(), e);
        }
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
