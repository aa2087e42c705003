package io.tagweir.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Input that may be packed: gzip is known by its content, whatever the file is called. */
public final class Gzip {

    private static final byte[] GZIP = {0x1f, (byte) 0x8b};

    private Gzip() {}

    /**
     * The bytes as they were before they were packed, all members of a gzip file one after the other. Reading fails
     * where the file is cut short, damaged, or has anything else after a member, rather than end early.
     */
    public static InputStream of(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in, 1 << 16);
        if (!startsWith(buffered, GZIP)) {
            return buffered;
        }
        return new BufferedInputStream(
                GzipCompressorInputStream.builder()
                        .setInputStream(buffered)
                        .setDecompressConcatenated(true)
                        .get(),
                1 << 16);
    }

    /** Whether the input begins like this; it is left where it was. */
    public static boolean startsWith(InputStream in, byte[] start) throws IOException {
        in.mark(start.length);
        boolean same = Arrays.equals(in.readNBytes(start.length), start);
        in.reset();
        return same;
    }
}
