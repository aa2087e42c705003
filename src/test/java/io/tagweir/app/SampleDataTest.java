package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.query.Normaliser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the demo relies on in the sample queries. */
final class SampleDataTest {

    private static final Path SAMPLE = Path.of("src", "main", "sample");

    private static final Set<String> TYPES = Set.of(
            "UoM",
            "color",
            "condition",
            "content",
            "core_product_type",
            "creator",
            "department",
            "material",
            "modifier",
            "occasion",
            "origin",
            "price",
            "product_name",
            "product_number",
            "quantity",
            "shape",
            "time");

    private static final List<String> AREAS = List.of("groceries", "household", "clothing", "electronics", "toys");

    private static final List<HeadRow> HEAD = new ArrayList<>();
    private static final List<String> TAIL = new ArrayList<>();

    @BeforeAll
    static void readTheSample() throws IOException {
        var json = new ObjectMapper();
        for (String line : Files.readAllLines(SAMPLE.resolve("head.jsonl"))) {
            JsonNode row = json.readTree(line);
            HEAD.add(new HeadRow(row.path("example_id").asText(), texts(row, "tokens"), texts(row, "labels")));
        }
        TAIL.addAll(Files.readAllLines(SAMPLE.resolve("tail.txt")));
    }

    @Test
    void headAndTailAreLargeEnoughForTheDemo() {
        assertThat(HEAD).hasSizeGreaterThanOrEqualTo(1_500);
        assertThat(TAIL).hasSizeGreaterThanOrEqualTo(500);
    }

    @Test
    void everyTokenHasOneLabel() {
        assertThat(HEAD).allSatisfy(row -> {
            assertThat(row.tokens()).isNotEmpty().noneMatch(String::isBlank);
            assertThat(row.labels()).hasSameSizeAs(row.tokens());
        });
    }

    @Test
    void labelsAreWellFormedAndKnownToTheStudent() {
        assertThat(HEAD).allSatisfy(row -> {
            String open = "";
            for (String label : row.labels()) {
                if (label.equals("O")) {
                    open = "";
                    continue;
                }
                String type = label.substring(2);
                assertThat(TYPES).contains(type);
                assertThat(label).isIn("B-" + type, "I-" + open);
                open = type;
            }
        });
    }

    @Test
    void headQueriesAreCanonicalAndDistinct() {
        assertThat(HEAD)
                .extracting(HeadRow::query)
                .doesNotHaveDuplicates()
                .allSatisfy(query -> assertThat(Normaliser.canonical(query)).isEqualTo(query));
        assertThat(HEAD).extracting(HeadRow::id).doesNotHaveDuplicates();
    }

    @Test
    void tailQueriesAreDistinctAndMissTheHead() {
        List<String> tail = TAIL.stream().map(Normaliser::canonical).toList();
        assertThat(tail).doesNotHaveDuplicates().noneMatch(String::isEmpty);
        assertThat(tail)
                .doesNotContainAnyElementsOf(HEAD.stream().map(HeadRow::query).toList());
    }

    @Test
    void everyAreaHasItsShareOfTheHead() {
        assertThat(HEAD).extracting(HeadRow::area).allMatch(AREAS::contains);
        assertThat(AREAS)
                .allSatisfy(area -> assertThat(HEAD.stream()
                                .filter(row -> row.area().equals(area))
                                .count())
                        .isBetween(HEAD.size() / 8L, HEAD.size() / 3L));
    }

    private static List<String> texts(JsonNode row, String field) {
        List<String> texts = new ArrayList<>();
        row.path(field).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private record HeadRow(String id, List<String> tokens, List<String> labels) {

        String query() {
            return String.join(" ", tokens);
        }

        String area() {
            return id.substring(0, id.indexOf('-'));
        }
    }
}
