package io.tagweir.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A text and the student that is to tag it.
 *
 * @param student {@code id@version}
 * @param text canonical query
 */
public record RequestKey(String student, String text) {

    static RequestKey read(DataInput in) throws IOException {
        return new RequestKey(readString(in), readString(in));
    }

    void write(DataOutput out) throws IOException {
        writeString(out, student);
        writeString(out, text);
    }

    private static String readString(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void writeString(DataOutput out, String string) throws IOException {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
