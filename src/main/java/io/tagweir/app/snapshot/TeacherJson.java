package io.tagweir.app.snapshot;

import io.tagweir.app.command.InputFile;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import io.tagweir.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the teacher's file as JSON lines in UTF-8, one object per line; empty lines are skipped. */
final class TeacherJson implements TeacherFile {

    private final String file;
    private final LineReader lines;
    private final Instant taggedAt;
    private final UnreadFields unread = new UnreadFields();

    /**
     * @param file its name, for messages
     * @param taggedAt used for rows without {@code tagged_at}
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
                unread.check(json);
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
        return unread.report();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
