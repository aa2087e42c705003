package io.tagweir.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * A strict UTF-8 decoder: it refuses malformed input, which {@code new String} replaces with U+FFFD, and drops a byte
 * order mark at the start. For one thread.
 */
public final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    // A new decoder reports malformed input by default.
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    /** @throws InvalidInputException if it is not UTF-8; the message has the first invalid byte, from 1 */
    public String decode(byte[] bytes, int length) throws InvalidInputException {
        var in = ByteBuffer.wrap(bytes, 0, length);
        try {
            var text = decoder.decode(in);
            if (text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK) {
                text.get();
            }
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    isUtf16(bytes, length)
                            ? "not UTF-8: it starts with the byte order mark of UTF-16; convert it to UTF-8"
                            : String.format(
                                    "not UTF-8: byte %d is 0x%02X, which is invalid here",
                                    in.position() + 1, bytes[in.position()]));
        }
    }

    private static boolean isUtf16(byte[] bytes, int length) {
        int mark = length < 2 ? 0 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        return mark == 0xfeff || mark == 0xfffe;
    }
}
