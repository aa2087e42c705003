package io.tagweir.app;

import io.tagweir.text.InvalidInputException;
import io.tagweir.text.LineReader;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The teacher's output as JSON lines in UTF-8, an object on each; empty lines are passed over. */
final class TeacherJson implements TeacherFile {

    private final String file;
    private final LineReader lines;
    private final Instant taggedAt;
    private final UnreadFields unread = new UnreadFields();

    /**
     * @param file its name, for messages
     * @param taggedAt when a row was tagged that does not say
     */
    TeacherJson(String file, InputStream in, Instant taggedAt) {
        this.file = file;
        this.lines = new LineReader(in);
        this.taggedAt = taggedAt;
    }

    @Override
    public @Nullable HeadRow read() throws InvalidInputException {
        for (var text = InputFile.next(lines, file); text != null; text = InputFile.next(lines, file)) {
            if (!text.isBlank()) {
                var json = JsonValue.parse(text);
                var row = HeadRow.of(json, taggedAt);
                unread.look(json);
                return row;
            }
        }
        return null;
    }

    @Override
    public String place() {
        return "line " + lines.number();
    }

    @Override
    public List<String> unread() {
        return unread.told();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
