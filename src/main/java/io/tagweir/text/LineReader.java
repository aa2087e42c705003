package io.tagweir.text;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads UTF-8 text line by line in bounded memory. A line ends with a line feed, a carriage return, or both; the last
 * one may lack its end. A byte order mark at the start of a line is dropped. For one thread.
 */
public final class LineReader implements Closeable {

    /** Longest line, in bytes. */
    static final int MAX_BYTES = 16 << 20;

    private final InputStream in;
    private final Utf8 utf8 = new Utf8();
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private int position;
    private int limit;
    private long number;
    private long length;
    private boolean skipLineFeed;

    public LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next line without its end; null after the last.
     *
     * @throws InvalidInputException if this line is too long or not UTF-8; the next one can still be read
     */
    public @Nullable String next() throws IOException, InvalidInputException {
        if (skipLineFeed && fill() && buffer[position] == '\n') {
            position++;
        }
        skipLineFeed = false;
        if (!fill()) {
            return null;
        }
        number++;
        line.reset();
        length = 0;
        while (fill() && !skipLineEnd()) {
            append();
        }
        if (length > MAX_BYTES) {
            throw new InvalidInputException("the line has " + length + " bytes; the maximum is " + MAX_BYTES);
        }
        return utf8.decode(line.toByteArray(), line.size());
    }

    /** Number of the line read last, from 1. */
    public long number() {
        return number;
    }

    /** Appends the buffered part of the line. The rest of a line that is too long is only counted. */
    private void append() {
        int from = position;
        while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') {
            position++;
        }
        length += position - from;
        if (length <= MAX_BYTES) {
            line.write(buffer, from, position - from);
        }
    }

    private boolean skipLineEnd() {
        if (buffer[position] != '\n' && buffer[position] != '\r') {
            return false;
        }
        skipLineFeed = buffer[position] == '\r';
        position++;
        return true;
    }

    /** Fills the buffer if it is used up; false at the end of the input. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
