package io.tagweir.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads input that may be in gzip, which is detected by its magic number and not by a file name. */
public final class Gzip {

    private static final byte[] MAGIC = {0x1f, (byte) 0x8b};
    private static final int BUFFER_BYTES = 1 << 16;

    private Gzip() {}

    /**
     * The decompressed input, or the input itself if it is not in gzip. All members of a gzip file are read. Reading
     * fails, rather than ends early, if the file is truncated, damaged, or has other data after a member.
     *
     * @throws IOException also if it is compressed twice
     */
    public static InputStream decompress(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in, BUFFER_BYTES);
        if (!startsWith(buffered, MAGIC)) {
            return buffered;
        }
        var members = GzipCompressorInputStream.builder()
                .setInputStream(buffered)
                .setDecompressConcatenated(true)
                .get();
        var content = new BufferedInputStream(members, BUFFER_BYTES);
        if (startsWith(content, MAGIC)) {
            throw new IOException("it is compressed with gzip twice; decompress it once");
        }
        return content;
    }

    /** Whether the input starts with a magic number. The input, which must support marks, keeps its position. */
    public static boolean startsWith(InputStream in, byte[] magic) throws IOException {
        in.mark(magic.length);
        boolean same = Arrays.equals(in.readNBytes(magic.length), magic);
        in.reset();
        return same;
    }
}
