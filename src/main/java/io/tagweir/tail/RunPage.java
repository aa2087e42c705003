package io.tagweir.tail;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a student runs now, in a file that outlives the process: two writes to the system's cache a run, a
 * few microseconds. Owned by that thread; whoever comes after the process {@linkplain #read reads} it.
 */
final class RunPage {

    private final @Nullable Path file;
    private @Nullable RandomAccessFile open;

    /** @param file made at the first run; null: nothing is kept */
    RunPage(@Nullable Path file) {
        this.file = file;
    }

    /** A run of these begins. */
    void begin(List<Piece> batch) {
        if (file == null) {
            return;
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(batch.size());
            for (var piece : batch) {
                Question.of(piece.ticket()).write(out);
            }
            if (open == null) {
                open = new RandomAccessFile(file.toFile(), "rw");
            }
            write(open, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("what the student runs can't be written to " + file, e);
        }
    }

    /** It is over, however it ended. */
    void end() {
        if (open != null) {
            try {
                write(open, new byte[Integer.BYTES]);
            } catch (IOException e) {
                throw new UncheckedIOException("what the student runs can't be written to " + file, e);
            }
        }
    }

    private static void write(RandomAccessFile file, byte[] bytes) throws IOException {
        file.seek(0);
        file.write(bytes);
    }

    /** What was running when the file was written last. */
    static List<Question> read(Path file) throws IOException {
        var running = new ArrayList<Question>();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            if (in.available() > 0) {
                for (int left = in.readInt(); left > 0; left--) {
                    running.add(Question.read(in));
                }
            }
        }
        return running;
    }
}
