package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.app.student.TagCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StudentCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void textIsOneQueryTaggedAsTyped() throws IOException {
        assertThat(run(Main.commandLine(), "tag", "Ｒｅｄ", "Nike", "SHOES")).isZero();
        JsonNode line = json.readTree(out.toString());
        assertThat(line.path("query").asText()).isEqualTo("Ｒｅｄ Nike SHOES");
        assertThat(line.path("canonical_query").asText()).isEqualTo("red nike shoes");
        assertThat(line.path("student").asText()).startsWith("queryner-minilm3-int8@");
        JsonNode shoes = line.path("tags").path(2);
        assertThat(shoes.path("label").asText()).isEqualTo("core_product_type");
        assertThat(shoes.path("value").asText()).isEqualTo("SHOES");
        assertThat(shoes.path("start").asInt()).isEqualTo(9);
        assertThat(shoes.path("end").asInt()).isEqualTo(14);
        assertThat(shoes.path("score").asDouble()).isBetween(0.72, 1.0);
    }

    @Test
    void eachLineOfInputHasItsAnswerAnEmptyOneToo() throws IOException {
        var input = new ByteArrayInputStream("blue sofa\n\n👟 red shoes".getBytes(StandardCharsets.UTF_8));
        assertThat(run(new CommandLine(new TagCommand(input)))).isZero();
        String[] lines = out.toString().split("\n");
        assertThat(lines).hasSize(3);
        assertThat(json.readTree(lines[1]).path("query").asText()).isEmpty();
        assertThat(json.readTree(lines[1]).path("tags")).isEmpty();
        assertThat(json.readTree(lines[2]).path("query").asText()).isEqualTo("👟 red shoes");
    }

    @Test
    void dashIsStandardInput() {
        var input = new ByteArrayInputStream("blue sofa\nred shoes".getBytes(StandardCharsets.UTF_8));
        assertThat(run(new CommandLine(new TagCommand(input)), "-")).isZero();
        assertThat(out.toString().lines()).hasSize(2).last().asString().contains("red shoes");
    }

    @Test
    void evaluationIsPrintedAndReported() throws IOException {
        Path data = directory.resolve("data.jsonl");
        Files.writeString(data, """
                {"example_id": 1, "tokens": ["Red", "shoes"], "labels": ["B-color", "B-core_product_type"]}

                {"example_id": 2, "tokens": ["sofa"], "labels": ["B-core_product_type"]}
                """);
        Path report = directory.resolve("report.json");
        assertThat(run(Main.commandLine(), "evaluate", "--data", data.toString(), "--report", report.toString()))
                .isZero();
        assertThat(out.toString()).contains("official", "function words stripped", "core_product_type");
        JsonNode root = json.readTree(report.toFile());
        assertThat(root.path("queries").asInt()).isEqualTo(2);
        assertThat(root.path("seconds").isNumber()).isTrue();
        assertThat(root.path("threshold").isNull()).isTrue();
        for (String kind : new String[] {"official", "stripped"}) {
            assertThat(root.path(kind).path("precision").asDouble()).isEqualTo(1.0);
            assertThat(root.path(kind).path("recall").isNumber()).isTrue();
            assertThat(root.path(kind).path("f1").isNumber()).isTrue();
            JsonNode type = root.path(kind).path("per_label").path("core_product_type");
            assertThat(type.path("support").asInt()).isEqualTo(2);
        }
    }

    /** Lines of an exported snapshot: the tag of the second is no whole word, so it has no tokens. */
    @Test
    void exportedRowsAreEvaluatedWhereTheyHaveTokensAndElseCounted() throws IOException {
        Path data = directory.resolve("heldout.jsonl");
        String tag = "[{'label':'color','value':'red','start':0,'end':3,'score':1.0}]";
        Files.writeString(
                data,
                ("{'query':'red shoes','segment':'','tags':" + tag
                                + ",'tokens':['red','shoes'],'labels':['B-color','O']}\n"
                                + "{'query':'redshoes','segment':'','tags':" + tag + "}\n")
                        .replace('\'', '"'));
        Path report = directory.resolve("report.json");
        assertThat(run(Main.commandLine(), "evaluate", "--data", data.toString(), "--report", report.toString()))
                .isZero();
        assertThat(err.toString()).contains("skipped: 1 queries without tokens and labels");
        assertThat(json.readTree(report.toFile()).path("queries").asInt()).isEqualTo(1);
        assertThat(json.readTree(report.toFile()).path("passed_over").asInt()).isEqualTo(1);
    }

    @Test
    void malformedRowsAreRefusedWithTheirLines() throws IOException {
        Path data = directory.resolve("data.jsonl");
        Files.writeString(data, """
                {"tokens": ["red"], "labels": ["B-color", "O"]}
                {"tokens": ["red"], "labels": ["color"]}
                {"tokens": ["red", 5], "labels": ["O", "O"]}
                {"tokens": ["red shoes"], "labels": ["O"]}
                {"labels": ["O"]}
                nonsense
                {"tokens": ["red"], "labels": ["O"]}{"tokens": ["red"], "labels": ["O"]}
                {"tokens": ["red"], "labels": ["O"], "labels": ["B-color"]}
                {"tokens": ["\\ud83e"], "labels": ["O"]}
                """);
        assertThat(run(Main.commandLine(), "evaluate", "--data", data.toString()))
                .isEqualTo(2);
        String[] problems = err.toString().split("\n");
        assertThat(problems).hasSize(9);
        assertThat(problems[0]).endsWith("data.jsonl line 1: there are 1 tokens but 2 labels");
        assertThat(problems[1]).contains("line 2: the label 'color' is neither O, nor B- or I- and a name");
        assertThat(problems[2]).contains("line 3: tokens[1] is 5; expected a string");
        assertThat(problems[3]).contains("line 4: the token 'red shoes' is empty or holds white space");
        assertThat(problems[4]).contains("line 5: tokens is missing; expected an array of strings");
        assertThat(problems[5]).contains("line 6: invalid JSON");
        assertThat(problems[6]).contains("line 7: invalid JSON");
        assertThat(problems[7]).contains("line 8: invalid JSON");
        assertThat(problems[8]).contains("line 9: tokens[0] is not well-formed text");
    }

    @Test
    void manyMalformedRowsAreCounted() throws IOException {
        Path data = directory.resolve("data.jsonl");
        Files.writeString(data, "{}\n".repeat(50));
        assertThat(run(Main.commandLine(), "evaluate", "--data", data.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(21).last().asString().contains("and 30 more malformed lines");
    }

    @Test
    void missingOrEmptyDataIsRefused() throws IOException {
        assertThat(run(
                        Main.commandLine(),
                        "evaluate",
                        "--data",
                        directory.resolve("no").toString()))
                .isEqualTo(2);
        Path empty = Files.createFile(directory.resolve("empty.jsonl"));
        assertThat(run(Main.commandLine(), "evaluate", "--data", empty.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no file").contains("has no queries");
    }

    @Test
    void brokenStudentAndWrongThresholdAreRefused() {
        assertThat(run(Main.commandLine(), "tag", "--student", directory.toString(), "red"))
                .isEqualTo(2);
        assertThat(err.toString().split("\n")).hasSize(3);
        assertThat(run(Main.commandLine(), "tag", "--threshold", "1.5", "red")).isEqualTo(2);
        assertThat(err.toString()).contains("--threshold is 1.5");
        assertThat(out.toString()).isEmpty();
    }

    private int run(CommandLine commandLine, String... arguments) {
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
