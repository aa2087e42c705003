package io.tagweir.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"a\nb\n\nc", "a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc", "\ufeffa\r\nb\n\n\ufeffc"})
    void linesAreTheSameHoweverTheyEnd(String text) throws Exception {
        assertThat(read(bytes(text))).containsExactly("1 a", "2 b", "3 ", "4 c");
        assertThat(read(dripping(bytes(text)))).containsExactly("1 a", "2 b", "3 ", "4 c");
    }

    @Test
    void nothingIsNoLine() throws Exception {
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(bytes("\n"))).containsExactly("1 ");
    }

    @Test
    void lineThatIsNotUtf8IsRefusedAndTheNextOneIsRead() throws Exception {
        var text = bytes("röd\nx\nmjölk");
        text[5] = (byte) 0xc0;
        assertThat(read(text))
                .containsExactly("1 röd", "! not UTF-8: byte 1 is 0xC0, which is invalid here", "3 mjölk");
    }

    /** Surrogates in UTF-8, paired or not, are no UTF-8. */
    @Test
    void surrogatesEncodedOneByOneAreRefused() throws Exception {
        var cesu = new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0xbe, (byte) 0xed, (byte) 0xb5, (byte) 0x9b};
        assertThat(read(cesu)).singleElement().asString().startsWith("! not UTF-8: byte 1 is 0xED");
    }

    /** Ten times as long as what is read: memory would not hold it ten times. */
    @Test
    void lineThatIsTooLongIsRefusedAndTheNextOneIsRead() throws Exception {
        long length = 10L * LineReader.MAX_BYTES;
        var in = new SequenceInputStream(endless(length), new ByteArrayInputStream(bytes("\nnext")));
        assertThat(read(in)).containsExactly("! the line has 167772160 bytes; the maximum is 16777216", "2 next");
    }

    @Test
    void gzipIsKnownByItsContentAndAllItsMembersAreRead() throws Exception {
        var two = new ByteArrayOutputStream();
        two.write(gzip(bytes("a\nb")));
        two.write(gzip(bytes("c\nd\n")));
        assertThat(read(Gzip.decompress(new ByteArrayInputStream(two.toByteArray()))))
                .containsExactly("1 a", "2 bc", "3 d");
        assertThat(read(Gzip.decompress(dripping(two.toByteArray())))).containsExactly("1 a", "2 bc", "3 d");
        assertThat(read(Gzip.decompress(dripping(bytes("plain"))))).containsExactly("1 plain");
        assertThat(read(Gzip.decompress(dripping(new byte[] {0x1f})))).containsExactly("1 \u001f");
    }

    @Test
    void truncatedGzipAndGzipWithTrailingBytesAreNotReadAsShorterText() throws Exception {
        var whole = gzip(bytes("a\nb\n"));
        for (int length = 3; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(Gzip.decompress(new ByteArrayInputStream(cut))))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(EOFException.class);
        }
        var more = new ByteArrayOutputStream();
        more.write(whole);
        more.write(bytes("c\n"));
        assertThatThrownBy(() -> read(Gzip.decompress(new ByteArrayInputStream(more.toByteArray()))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void gzipOfGzipIsRefused() {
        assertThatThrownBy(() -> Gzip.decompress(new ByteArrayInputStream(gzip(gzip(bytes("a"))))))
                .isInstanceOf(IOException.class)
                .hasMessage("it is compressed with gzip twice; decompress it once");
    }

    private static List<String> read(byte[] text) throws IOException {
        return read(new ByteArrayInputStream(text));
    }

    private static List<String> read(InputStream in) throws IOException {
        var read = new ArrayList<String>();
        try (var lines = new LineReader(in)) {
            while (true) {
                try {
                    var line = lines.next();
                    if (line == null) {
                        return read;
                    }
                    read.add(lines.number() + " " + line);
                } catch (InvalidInputException e) {
                    read.add("! " + e.getMessage());
                }
            }
        }
    }

    /** As a pipe may: byte by byte, and never saying that more is to come. */
    private static InputStream dripping(byte[] bytes) {
        var in = new ByteArrayInputStream(bytes);
        return new InputStream() {
            @Override
            public int read() {
                return in.read();
            }

            @Override
            public int read(byte[] to, int at, int length) {
                return in.read(to, at, Math.min(1, length));
            }
        };
    }

    private static InputStream endless(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] to, int at, int most) {
                int given = (int) Math.min(left, most);
                Arrays.fill(to, at, at + given, (byte) 'x');
                left -= given;
                return given == 0 ? -1 : given;
            }
        };
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
