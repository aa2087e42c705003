package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenStudentTest {

    private static final String CONFIG = """
            {"max_position_embeddings": 64, "id2label": {"0": "O", "1": "B-brand", "2": "I-brand"}}""";

    @TempDir
    private Path directory;

    /** A tiny model that loads and takes no token types; each test breaks one thing about it. */
    @BeforeEach
    void writeModel() throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(StudentSettings.PACKAGED.resolve(file), directory.resolve(file));
        }
        Files.writeString(directory.resolve("config.json"), CONFIG);
        Files.write(
                directory.resolve("model.onnx"),
                OnnxGraph.logOfDistance(6000, 3, List.of("input_ids", "attention_mask")));
    }

    @Test
    void modelWithoutTokenTypesServes() {
        try (var student = load()) {
            assertThat(student.tag(List.of("two words"))).containsExactly(List.of());
            assertThat(student.labels()).containsExactly("brand");
        }
    }

    @Test
    void answerThatIsNotFiniteFailsTheBatchAndNamesTheQuery() {
        try (var student = load()) {
            // The token "sofa" has the id 10682.
            assertThatThrownBy(() -> student.tag(List.of("two words", "sofa")))
                    .isInstanceOf(StudentException.class)
                    .hasMessage("the student's answer to 'sofa' is not a finite number");
            assertThat(student.tag(List.of("two words"))).containsExactly(List.of());
        }
    }

    @Test
    void answersThatAreFiniteComeWithTheOneThatIsNot() {
        try (var student = load()) {
            var batch = List.of(student.encode("two words"), student.encode("sofa"), student.encode(""));
            var odd = catchThrowableOfType(NonFiniteLogitsException.class, () -> student.run(batch));
            assertThat(odd.answers()).hasSize(3);
            assertThat(odd.answers().get(0)).map(Tagging::spans).contains(List.of());
            assertThat(odd.answers().get(1)).isEmpty();
            assertThat(odd.answers().get(2)).contains(Tagging.NOTHING);
        }
    }

    /** ONNX Runtime's own words, on the only device that a test can count on. */
    @Test
    void runWithoutMemoryIsDistinguishedFromOtherFailures() throws IOException {
        Files.write(directory.resolve("model.onnx"), OnnxGraph.hungryAbove(6000, 3));
        try (var student = load()) {
            assertThatThrownBy(() -> student.tag(List.of("sofa"))).isInstanceOf(DeviceMemoryException.class);
            assertThat(student.tag(List.of("two words"))).hasSize(1);
            student.warmUp(List.of(new BatchShape(1, 4)));
        }
    }

    @Test
    void anotherModelInItsPlaceIsNotReloadedAsTheSame() throws IOException {
        try (var student = load();
                var again = student.reload()) {
            assertThat(again.id()).isEqualTo(student.id());
            Files.write(directory.resolve("model.onnx"), OnnxGraph.logOfDistance(6001, 3, List.of("input_ids")));
            assertThatThrownBy(student::reload)
                    .isInstanceOf(StudentException.class)
                    .hasMessageContaining("can't be reloaded");
            Files.delete(directory.resolve("model.onnx"));
            assertThatThrownBy(student::reload).isInstanceOf(StudentException.class);
        }
    }

    @Test
    void directoryThatIsNotThere() {
        directory = directory.resolve("nowhere");
        assertThat(problems()).containsExactly("the model directory " + directory + " does not exist");
    }

    @Test
    void allMissingFilesAreReported() throws IOException {
        Files.delete(directory.resolve("model.onnx"));
        Files.delete(directory.resolve("config.json"));
        assertThat(problems()).hasSize(2).allMatch(problem -> problem.contains("has no readable"));
    }

    @Test
    void unreadableGraphAndTokenizerAreReportedTogether() throws IOException {
        Files.writeString(directory.resolve("model.onnx"), "not a graph");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        assertThat(problems()).hasSize(2);
        assertThat(problems().get(0)).contains("model.onnx can't be read: it is not an ONNX model");
        assertThat(problems().get(1)).contains("tokenizer.json is not a tokenizer");
    }

    @Test
    void configWithoutLabelsOrPositions() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        assertThat(problems()).hasSize(2);
        assertThat(problems().get(0)).endsWith("id2label is missing; expected an object");
        assertThat(problems().get(1)).contains("max_position_embeddings");
    }

    @Test
    void configThatIsNotJson() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{ id2label");
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).contains("config.json: invalid JSON");
    }

    /** Each would be read as something else by a lenient reader, and the model be run with it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"max_position_embeddings": "64", "id2label": {"0": "O"}} | max_position_embeddings is "64"; expected an integer
            {"max_position_embeddings": 64.5, "id2label": {"0": "O"}} | max_position_embeddings is 64.5; expected an integer
            {"max_position_embeddings": 4294967360, "id2label": {"0": "O"}} | max_position_embeddings is 4294967360; expected a 32-bit integer
            {"max_position_embeddings": 2, "id2label": {"0": "O"}} | max_position_embeddings is 2; expected an integer of 3 or more
            {"max_position_embeddings": 64, "id2label": ["O"]} | id2label is an array; expected an object
            {"max_position_embeddings": 64, "id2label": {"0": 7}} | id2label.0 is 7; expected a string
            {"max_position_embeddings": 64, "id2label": {"0": "O", "0": "B-x"}} | invalid JSON near column
            {"max_position_embeddings": 64, "id2label": {"0": "O"}, "pad_token_id": "1"} | pad_token_id is "1"; expected an integer
            {"max_position_embeddings": 64, "id2label": {"0": "O"}} {} | invalid JSON near column
            ["O"] | the JSON value is an array; expected an object
            """)
    void configThatALenientReaderWouldTakeForAnotherIsRefused(String config, String problem) throws IOException {
        Files.writeString(directory.resolve("config.json"), config);
        assertThat(problems()).singleElement().asString().contains("config.json: " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"8\"", "8.5", "0", "true", "[8]"})
    void limitOfTheTokenizerThatIsNotAnIntegerIsRefused(String limit) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"model_max_length\": " + limit + "}");
        assertThat(problems()).singleElement().asString().contains("tokenizer_config.json: model_max_length is ");
    }

    @Test
    void labelsThatAreNotBio() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                CONFIG.replace("B-brand", "brand").replace("\"O\"", "\"o\""));
        assertThat(problems()).hasSize(4).allMatch(problem -> problem.contains("config.json"));
    }

    @Test
    void labelsThatLeaveOutANumber() throws IOException {
        Files.writeString(directory.resolve("config.json"), CONFIG.replace("\"1\"", "\"7\""));
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).endsWith("id2label does not number its labels from 0 to 2");
    }

    @Test
    void logitsForAnotherNumberOfLabels() throws IOException {
        Files.write(directory.resolve("model.onnx"), OnnxGraph.logOfDistance(6000, 5, List.of("input_ids")));
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).contains("returned [2, 4, 5]; expected [2 queries, 4 tokens, 3 labels]");
    }

    @Test
    void outputOfAnotherShape() throws IOException {
        Files.write(directory.resolve("model.onnx"), OnnxGraph.withoutLabels());
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).contains("not (batch, sequence, labels)");
    }

    @Test
    void inputThatNobodyCanFill() throws IOException {
        Files.write(
                directory.resolve("model.onnx"),
                OnnxGraph.logOfDistance(6000, 3, List.of("input_ids", "position_ids")));
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).contains("has the unknown input 'position_ids'");
    }

    @Test
    void answerThatIsNeverFinite() throws IOException {
        Files.write(directory.resolve("model.onnx"), OnnxGraph.logOfDistance(0, 3, List.of("input_ids")));
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0)).contains("can't be run").contains("not a finite number");
    }

    @Test
    void thresholdOfALabelThatTheModelDoesNotHave() {
        var settings = new StudentSettings("", Device.CPU, -1, Map.of("colour", 0.5), 1, 0);
        assertThatThrownBy(() -> OnnxStudent.load(directory, settings))
                .isInstanceOf(BrokenStudentException.class)
                .hasMessage("thresholds are set for [colour], but the student's labels are [brand]");
    }

    private OnnxStudent load() {
        return OnnxStudent.load(directory, StudentSettings.defaults());
    }

    private List<String> problems() {
        var broken = catchThrowableOfType(BrokenStudentException.class, this::load);
        assertThat(broken).isNotNull();
        return broken.problems();
    }
}
