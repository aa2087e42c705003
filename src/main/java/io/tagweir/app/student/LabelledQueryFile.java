package io.tagweir.app.student;

import io.tagweir.app.command.InputFile;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.LabelledQuery;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Labelled queries from a JSONL file: {@code example_id}, {@code tokens} and {@code labels} on each line. A line with
 * {@code tags} alone, as an exported snapshot has it where tags do not fit whole words, is skipped.
 *
 * @param skipped lines that have tags and no tokens
 */
public record LabelledQueryFile(List<LabelledQuery> queries, int skipped) {

    public LabelledQueryFile {
        queries = List.copyOf(queries);
    }

    /**
     * Reads a file, or standard input for {@code -}.
     *
     * @throws RefusedException with the malformed lines, up to a screenful
     */
    public static LabelledQueryFile read(Path file) {
        var queries = new ArrayList<LabelledQuery>();
        var skipped = new AtomicInteger();
        var problems = new ArrayList<String>();
        long malformed = InputFile.lines(
                file,
                line -> {
                    var row = JsonValue.parse(line);
                    if (row.at("tokens").isAbsent() && !row.at("tags").isAbsent()) {
                        skipped.incrementAndGet();
                    } else {
                        queries.add(query(row));
                    }
                },
                problems);
        if (malformed > problems.size()) {
            problems.add("and " + (malformed - problems.size()) + " more malformed lines in " + file);
        }
        if (queries.isEmpty() && problems.isEmpty()) {
            problems.add(file + " has no queries"
                    + (skipped.get() == 0 ? "" : " with tokens and labels, and " + skipped + " without"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return new LabelledQueryFile(queries, skipped.get());
    }

    private static LabelledQuery query(JsonValue row) throws InvalidInputException {
        try {
            return new LabelledQuery(
                    row.at("tokens").strings(), row.at("labels").strings());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()));
        }
    }
}
