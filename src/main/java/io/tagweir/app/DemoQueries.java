package io.tagweir.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.bench.Zipf;
import io.tagweir.reason.Reason;
import io.tagweir.snapshot.HeadRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The demo's data: head rows to publish and tail queries, most popular first, and the traffic drawn from both.
 *
 * @param passedOver rows of the head file that could not be published, such as those without a tag
 */
record DemoQueries(List<HeadRow> head, List<String> tail, long passedOver) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TYPED_OTHERWISE = 10;

    static DemoQueries read(Path headFile, Path tailFile, InstantSource clock) {
        var rows = new ArrayList<HeadRow>();
        long bad;
        try (var file = HeadRowFile.open(headFile.toString(), clock)) {
            file.forEachRemaining(rows::add);
            bad = file.bad();
        } catch (IOException e) {
            throw new Refusal("can't read " + headFile + ": " + Reason.of(e));
        }
        if (rows.isEmpty()) {
            throw new Refusal(headFile + " holds no row that could be published");
        }
        return new DemoQueries(rows, tail(tailFile), bad);
    }

    /** A query a line, as text or as JSON. */
    static List<String> tail(Path file) {
        try (var lines = Files.lines(file)) {
            var texts =
                    lines.filter(line -> !line.isBlank()).map(DemoQueries::text).toList();
            if (texts.isEmpty()) {
                throw new Refusal(file + " holds no query");
            }
            return texts;
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Refusal("can't read " + file + ": " + Reason.of(e));
        }
    }

    /** A line is a query, or a JSON object that has one or the words of one. */
    private static String text(String line) {
        if (!line.startsWith("{")) {
            return line.strip();
        }
        try {
            JsonNode json = JSON.readTree(line);
            if (json.has("query")) {
                return json.get("query").asText();
            }
            var words = new ArrayList<String>();
            json.path("tokens").forEach(word -> words.add(word.asText()));
            return String.join(" ", words);
        } catch (JsonProcessingException e) {
            throw new Refusal("not JSON: " + line);
        }
    }

    /** Texts drawn by Zipf's law over head and tail, one in ten typed in capitals; the same for the same seed. */
    IntFunction<String> traffic(long seed) {
        var ranks = new Zipf(head.size() + tail.size(), 1, seed);
        return number -> {
            int rank = ranks.next();
            String text = rank < head.size() ? head.get(rank).key().canonical() : tail.get(rank - head.size());
            return number % TYPED_OTHERWISE == 0 ? text.toUpperCase(Locale.ROOT) : text;
        };
    }
}
