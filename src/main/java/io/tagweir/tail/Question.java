package io.tagweir.tail;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A text as one student is asked it.
 *
 * @param student {@code id@version}
 * @param text canonical
 */
record Question(String student, String text) {

    static Question of(Ticket ticket) {
        return new Question(ticket.student(), ticket.canonical());
    }

    static Question read(DataInput in) throws IOException {
        return new Question(string(in), string(in));
    }

    void write(DataOutput out) throws IOException {
        write(out, student);
        write(out, text);
    }

    private static String string(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void write(DataOutput out, String string) throws IOException {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
