package io.tagweir.app.local;

import io.tagweir.app.command.InputFile;
import io.tagweir.app.snapshot.HeadRowFile;
import io.tagweir.bench.Zipf;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** The demo's data: head rows to publish and tail queries, most popular first, and the traffic drawn from both. */
public record DemoQueries(List<HeadRow> head, List<String> tail) {

    /** One query in so many is in capitals, so that canonicalisation matters. */
    private static final int IN_CAPITALS = 10;

    static DemoQueries read(Path headFile, Path tailFile, InstantSource clock) {
        var rows = new ArrayList<HeadRow>();
        try (var file = HeadRowFile.open(headFile.toString(), clock)) {
            file.requireAny().forEachRemaining(rows::add);
        } catch (IOException e) {
            throw new RefusedException("can't read " + headFile + ": " + Reason.of(e));
        }
        return new DemoQueries(rows, tail(tailFile));
    }

    /** One query on each line, as text or JSON; {@code -} is standard input. */
    public static List<String> tail(Path file) {
        var texts = new ArrayList<String>();
        var problems = new ArrayList<String>();
        long malformed = InputFile.lines(file, line -> texts.add(text(line)), problems);
        if (malformed > problems.size()) {
            problems.add("and " + (malformed - problems.size()) + " more malformed lines in " + file);
        }
        if (texts.isEmpty() && problems.isEmpty()) {
            problems.add(file + " has no query");
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return texts;
    }

    /** A line is a query, or a JSON object with the query or its words. */
    private static String text(String line) throws InvalidInputException {
        if (!line.startsWith("{")) {
            return line.strip();
        }
        var json = JsonValue.parse(line);
        return json.at("query").isAbsent()
                ? String.join(" ", json.at("tokens").strings())
                : json.at("query").string();
    }

    /** Texts drawn by Zipf's law over head and tail, one in ten in capitals; the same for the same seed. */
    IntFunction<String> traffic(long seed) {
        var ranks = new Zipf(head.size() + tail.size(), 1, seed);
        return number -> {
            int rank = ranks.next();
            String text = rank < head.size() ? head.get(rank).key().canonical() : tail.get(rank - head.size());
            return number % IN_CAPITALS == 0 ? text.toUpperCase(Locale.ROOT) : text;
        };
    }
}
