package io.tagweir.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.HeadRow.BadRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The teacher's output as JSON lines in UTF-8; empty lines are passed over. */
final class TeacherJson implements TeacherFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedReader lines;
    private final Instant taggedAt;
    private long line;

    /** @param taggedAt when a row was tagged that does not say */
    TeacherJson(InputStream in, Instant taggedAt) {
        // A decoder made this way refuses what is not UTF-8, where a reader's own would put in question marks.
        lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        this.taggedAt = taggedAt;
    }

    @Override
    public @Nullable HeadRow read() throws IOException, BadRow {
        for (var text = next(); text != null; text = next()) {
            if (!text.isBlank()) {
                return parse(text);
            }
        }
        return null;
    }

    private @Nullable String next() throws IOException {
        line++;
        try {
            return lines.readLine();
        } catch (CharacterCodingException e) {
            throw new Refusal("the rows are not in UTF-8, at or soon after line " + line);
        }
    }

    private HeadRow parse(String text) throws BadRow {
        try {
            return HeadRow.of(JSON.readTree(text), taggedAt);
        } catch (JsonProcessingException e) {
            throw new BadRow("not JSON: " + e.getOriginalMessage());
        }
    }

    @Override
    public String place() {
        return "line " + line;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
