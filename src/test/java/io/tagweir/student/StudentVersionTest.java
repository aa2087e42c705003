package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The version of a student covers every file that is read, and no file is read that lies outside its directory. */
class StudentVersionTest {

    private static final String DATA = "limit.bin";

    @TempDir
    private Path parent;

    private Path directory;

    @BeforeEach
    void writeModel() throws IOException {
        directory = Files.createDirectory(parent.resolve("tagger"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(StudentSettings.PACKAGED.resolve(file), directory.resolve(file));
        }
        Files.writeString(directory.resolve("config.json"), """
                {"max_position_embeddings": 64, "id2label": {"0": "O", "1": "B-brand", "2": "I-brand"}}""");
        Files.writeString(directory.resolve("thresholds.json"), """
                {"default": 0.5, "labels": {"brand": 0.25}}""");
        Files.write(directory.resolve("model.onnx"), OnnxGraph.limitOutside(DATA, 3));
        Files.write(directory.resolve(DATA), limit(6000));
    }

    @Test
    void eachFileThatIsReadIsPartOfTheVersion() throws IOException {
        var versions = new HashSet<String>();
        versions.add(id());
        for (var change : List.of(
                new String[] {"tokenizer.json", "\"[UNK]\"", "\"[UNX]\""},
                new String[] {"config.json", "64", "65"},
                new String[] {"tokenizer_config.json", "}", "} "},
                new String[] {"thresholds.json", "0.25", "0.26"})) {
            var file = directory.resolve(change[0]);
            var before = Files.readString(file);
            var after = before.replace(change[1], change[2]);
            assertThat(after).isNotEqualTo(before);
            Files.writeString(file, after);
            assertThat(versions.add(id())).as(change[0]).isTrue();
            Files.writeString(file, before);
        }
        Files.write(directory.resolve(DATA), limit(6001));
        assertThat(versions.add(id())).as(DATA).isTrue();
        Files.write(directory.resolve("model.onnx"), OnnxGraph.limitOutside("./" + DATA, 3));
        assertThat(versions.add(id())).as("model.onnx").isTrue();
        Files.delete(directory.resolve("thresholds.json"));
        assertThat(versions.add(id())).as("no thresholds.json").isTrue();
    }

    @Test
    void fileThatIsNotReadIsNoPartOfTheVersion() throws IOException {
        String before = id();
        Files.writeString(directory.resolve("README.md"), "how it was trained");
        assertThat(id()).isEqualTo(before);
    }

    /** The weights are in a file of their own. 10682, the word token "sofa", is above one limit and below the other. */
    @Test
    void studentWithExternalDataServesAndOtherDataMakesItAnother() throws IOException {
        String before;
        try (var student = load()) {
            before = student.id();
            assertThatThrownBy(() -> student.tag(List.of("sofa"))).isInstanceOf(StudentException.class);
        }
        Files.write(directory.resolve(DATA), limit(20_000));
        try (var student = load()) {
            assertThat(student.id()).isNotEqualTo(before);
            assertThat(student.tag(List.of("sofa"))).hasSize(1);
        }
    }

    @Test
    void dataInEveryPlaceOfTheModelIsFound() throws IOException {
        var model = directory.resolve("model.onnx");
        Files.write(model, OnnxGraph.outsideEverywhere());
        assertThat(ExternalData.of(model))
                .containsExactly(
                        "attribute.bin",
                        "attributes.bin",
                        "branch.bin",
                        "branches.bin",
                        "function.bin",
                        "indices.bin",
                        "initializer.bin",
                        "sparse.bin",
                        "values.bin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/hostname", "../limit.bin", "sub/../../limit.bin", "link.bin", "linked/limit.bin"})
    void dataOutsideTheDirectoryIsRefused(String location) throws IOException {
        Files.write(parent.resolve(DATA), limit(6000));
        Files.createSymbolicLink(directory.resolve("link.bin"), parent.resolve(DATA));
        Files.createSymbolicLink(directory.resolve("linked"), parent);
        Files.write(directory.resolve("model.onnx"), OnnxGraph.limitOutside(location, 3));
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith(directory.resolve("model.onnx") + " has external data in '" + location + "', which ")
                .containsAnyOf("is outside the directory", "is a link to a file outside the directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none.bin", "."})
    void dataThatIsNotAFileIsRefused(String location) throws IOException {
        Files.write(directory.resolve("model.onnx"), OnnxGraph.limitOutside(location, 3));
        assertThat(problems()).singleElement().asString().contains("is not a readable file in the directory");
    }

    /** Readers differ in where they look for its data: next to the link or next to the file. */
    @Test
    void modelWithDataThatIsALinkElsewhereIsRefused() throws IOException {
        var elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.move(directory.resolve("model.onnx"), elsewhere.resolve("model.onnx"));
        Files.createSymbolicLink(directory.resolve("model.onnx"), elsewhere.resolve("model.onnx"));
        assertThat(problems()).singleElement().asString().contains("model.onnx is a link, and");
    }

    @Test
    void linkWithinTheDirectoryIsFollowed() throws IOException {
        Files.move(directory.resolve(DATA), directory.resolve("blob"));
        Files.createSymbolicLink(directory.resolve(DATA), directory.resolve("blob"));
        try (var student = load()) {
            assertThat(student.tag(List.of("two words"))).hasSize(1);
        }
    }

    @Test
    void truncatedModelIsReportedAsSuch() throws IOException {
        byte[] model = Files.readAllBytes(directory.resolve("model.onnx"));
        Files.write(directory.resolve("model.onnx"), Arrays.copyOf(model, model.length - 1));
        assertThat(problems()).singleElement().asString().contains("it is not an ONNX model");
    }

    /** A student that an earlier release staged keeps the id in its control record. */
    @Test
    void idOfAnEarlierReleaseStillNamesTheStudent() throws IOException {
        var loaded = load();
        var earlier = loaded.earlierId();
        assertThat(earlier).matches("tagger@[0-9a-f]{8}").isNotEqualTo(loaded.id());
        try (var named = loaded.withId(earlier);
                var reloaded = named.reload()) {
            assertThat(named.id()).isEqualTo(earlier);
            assertThat(reloaded.id()).isEqualTo(earlier);
            assertThat(reloaded.tag(List.of("two words"))).hasSize(1);
        }
        try (var student = load()) {
            assertThatThrownBy(() -> student.withId("tagger@00000000"))
                    .isInstanceOf(StudentException.class)
                    .hasMessage("the directory has the student " + student.id());
        }
    }

    @Test
    void changeWhileTheFilesAreReadIsSeen() throws IOException {
        var read = ModelDirectory.read(directory);
        assertThat(read.isUnchanged()).isTrue();
        Files.write(directory.resolve(DATA), limit(6001));
        assertThat(read.isUnchanged()).isFalse();
        Files.delete(directory.resolve(DATA));
        assertThat(read.isUnchanged()).isFalse();
    }

    private String id() {
        return ModelDirectory.read(directory).id();
    }

    private OnnxStudent load() {
        return OnnxStudent.load(directory, StudentSettings.defaults());
    }

    private List<String> problems() {
        var problems = new ArrayList<String>();
        assertThatThrownBy(this::load)
                .isInstanceOfSatisfying(BrokenStudentException.class, broken -> problems.addAll(broken.problems()));
        return problems;
    }

    private static byte[] limit(float value) {
        return ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
    }
}
