package io.tagweir.inference;

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
 * The run that one worker has under way, in a file that survives the process. Costs two writes to the page cache a run,
 * a few microseconds. Owned by the worker's thread; the next process {@linkplain #read reads} it.
 */
final class JournalPage {

    private final @Nullable Path file;
    private @Nullable RandomAccessFile open;

    /** @param file created at the first run; null: nothing is kept */
    JournalPage(@Nullable Path file) {
        this.file = file;
    }

    /** Records the start of a run. */
    void begin(List<EncodedRequest> run) {
        if (file == null) {
            return;
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(run.size());
            for (var encoded : run) {
                encoded.request().key().write(out);
            }
            if (open == null) {
                open = new RandomAccessFile(file.toFile(), "rw");
            }
            write(open, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the crash journal " + file, e);
        }
    }

    /** Records the end of the run, however it ended. */
    void end() {
        if (open != null) {
            try {
                write(open, new byte[Integer.BYTES]);
            } catch (IOException e) {
                throw new UncheckedIOException("can't write the crash journal " + file, e);
            }
        }
    }

    private static void write(RandomAccessFile file, byte[] bytes) throws IOException {
        file.seek(0);
        file.write(bytes);
    }

    /** The requests of the run that was under way when the file was last written. */
    static List<RequestKey> read(Path file) throws IOException {
        var running = new ArrayList<RequestKey>();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            if (in.available() > 0) {
                for (int left = in.readInt(); left > 0; left--) {
                    running.add(RequestKey.read(in));
                }
            }
        }
        return running;
    }
}
