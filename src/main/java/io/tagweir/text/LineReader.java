package io.tagweir.text;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text in UTF-8, which end with a line feed, a carriage return, or both; the last may lack its end. A
 * byte order mark before a line is passed over. Memory is bounded whatever comes. Used by one thread.
 */
public final class LineReader implements Closeable {

    /** The longest line that is read, in bytes. */
    static final int MOST_BYTES = 16 << 20;

    private final InputStream in;
    private final Utf8 utf8 = new Utf8();
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private int at;
    private int limit;
    private long number;
    private long length;
    private boolean feedMayFollow;

    public LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next line without its end; null after the last.
     *
     * @throws InvalidInputException where this line can't be taken; those after it can still be read
     */
    public @Nullable String next() throws IOException, InvalidInputException {
        if (feedMayFollow && more() && buffer[at] == '\n') {
            at++;
        }
        feedMayFollow = false;
        if (!more()) {
            return null;
        }
        number++;
        line.reset();
        length = 0;
        while (more() && !ended()) {
            take();
        }
        if (length > MOST_BYTES) {
            throw new InvalidInputException("the line has " + length + " bytes; at most " + MOST_BYTES + " are read");
        }
        return utf8.decode(line.toByteArray(), line.size());
    }

    /** Number of the line read last, from 1. */
    public long number() {
        return number;
    }

    /** Takes what the buffer holds of the line; once too much has come it is only counted. */
    private void take() {
        int from = at;
        while (at < limit && buffer[at] != '\n' && buffer[at] != '\r') {
            at++;
        }
        length += at - from;
        if (length <= MOST_BYTES) {
            line.write(buffer, from, at - from);
        }
    }

    /** Whether the line's end stands here; it is passed over then. */
    private boolean ended() {
        if (buffer[at] != '\n' && buffer[at] != '\r') {
            return false;
        }
        feedMayFollow = buffer[at] == '\r';
        at++;
        return true;
    }

    /** Whether there is a byte to look at. */
    private boolean more() throws IOException {
        if (at == limit) {
            at = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return at < limit;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
