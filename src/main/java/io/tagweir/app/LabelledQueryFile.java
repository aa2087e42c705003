package io.tagweir.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.reason.Reason;
import io.tagweir.student.LabelledQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Labelled queries from a JSONL file: {@code example_id}, {@code tokens} and {@code labels} on each line. A line with
 * {@code tags} alone, as an exported snapshot has it where tags do not fit whole words, is passed over.
 *
 * @param passedOver lines that have tags and no tokens
 */
record LabelledQueryFile(List<LabelledQuery> queries, int passedOver) {

    private static final int PROBLEMS_TOLD = 20;

    LabelledQueryFile {
        queries = List.copyOf(queries);
    }

    /** @throws Refusal with the malformed lines, up to a screenful */
    static LabelledQueryFile read(Path file) {
        var queries = new ArrayList<LabelledQuery>();
        var problems = new ArrayList<String>();
        var json = new ObjectMapper();
        int number = 0;
        int malformed = 0;
        int passedOver = 0;
        try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                try {
                    JsonNode row = json.readTree(line);
                    if (row.has("tags") && !row.has("tokens")) {
                        passedOver++;
                        continue;
                    }
                    queries.add(new LabelledQuery(texts(row, "tokens"), texts(row, "labels")));
                } catch (JsonProcessingException | IllegalArgumentException e) {
                    malformed++;
                    if (malformed <= PROBLEMS_TOLD) {
                        problems.add(file + " line " + number + ": " + reason(e));
                    }
                }
            }
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no file " + file);
        } catch (IOException | UncheckedIOException e) {
            throw new Refusal("can't read " + file + ": " + Reason.of(e));
        }
        if (malformed > PROBLEMS_TOLD) {
            problems.add("and " + (malformed - PROBLEMS_TOLD) + " more malformed lines in " + file);
        }
        if (queries.isEmpty() && problems.isEmpty()) {
            problems.add(file + " holds no queries"
                    + (passedOver == 0 ? "" : " with tokens and labels, and " + passedOver + " without"));
        }
        if (!problems.isEmpty()) {
            throw new Refusal(problems);
        }
        return new LabelledQueryFile(queries, passedOver);
    }

    private static List<String> texts(JsonNode row, String field) {
        var texts = new ArrayList<String>();
        if (!row.path(field).isArray()) {
            throw new IllegalArgumentException("there is no list '" + field + "'");
        }
        for (JsonNode text : row.path(field)) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException("'" + field + "' holds " + text + ", which is not a text");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static String reason(Exception malformed) {
        return malformed instanceof JsonProcessingException json
                ? "not JSON: " + json.getOriginalMessage()
                : String.valueOf(malformed.getMessage());
    }
}
