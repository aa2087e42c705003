package io.tagweir.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.HeadRow.BadRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The teacher's output as a file of JSON lines, read row by row. Rows that can't be published are passed over and told
 * with their line.
 */
final class HeadRowFile implements Iterator<HeadRow>, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TOLD = 20;

    private final BufferedReader lines;
    private final InstantSource clock;
    private final List<String> problems = new ArrayList<>();
    private long bad;
    private long line;
    private @Nullable HeadRow next;

    private HeadRowFile(BufferedReader lines, InstantSource clock) {
        this.lines = lines;
        this.clock = clock;
    }

    /** Opens a file, or standard input for {@code -}. */
    static HeadRowFile open(String file, InstantSource clock) {
        try {
            var reader = file.equals("-")
                    ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    : Files.newBufferedReader(Path.of(file));
            return new HeadRowFile(reader, clock);
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no file " + file);
        } catch (IOException e) {
            throw new Refusal("can't read " + file + ": " + e.getMessage());
        }
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            String text = read();
            if (text == null) {
                return false;
            }
            line++;
            if (!text.isBlank()) {
                next = parse(text);
            }
        }
        return true;
    }

    @Override
    public HeadRow next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        var row = next;
        next = null;
        return row;
    }

    /** Rows passed over so far. */
    long bad() {
        return bad;
    }

    /** What was wrong with the first of them, a line each. */
    List<String> problems() {
        return problems;
    }

    private @Nullable HeadRow parse(String text) {
        try {
            return HeadRow.of(JSON.readTree(text), clock.instant());
        } catch (JsonProcessingException e) {
            pass("not JSON: " + e.getOriginalMessage());
        } catch (BadRow e) {
            pass(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void pass(String why) {
        bad++;
        if (problems.size() < MOST_TOLD) {
            problems.add("line " + line + ": " + why);
        }
    }

    private @Nullable String read() {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
