package io.tagweir.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 and refuses what is not, where {@code new String} puts in U+FFFD; passes over a byte order mark at the
 * start. Used by one thread.
 */
public final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    // One that is made like this reports malformed input.
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    /** @throws InvalidInputException where it is not UTF-8, with the first byte that is wrong */
    public String decode(byte[] bytes, int length) throws InvalidInputException {
        var in = ByteBuffer.wrap(bytes, 0, length);
        try {
            var text = decoder.decode(in);
            if (text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK) {
                text.get();
            }
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(String.format(
                    "not UTF-8: byte %d is 0x%02X and can't stand there", in.position() + 1, bytes[in.position()]));
        }
    }
}
