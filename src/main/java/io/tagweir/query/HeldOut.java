package io.tagweir.query;

/**
 * The held-out set: a fixed share of all queries that is kept out of training, for evaluation. Immutable.
 *
 * <p>A query is held out if the first eight bytes of SHA-256 of its canonical text in UTF-8, as an unsigned big-endian
 * integer, are less than the share times 2<sup>64</sup>. Snapshot and segment do not matter, so a query is held out in
 * all or none of them. A larger share contains every smaller one.
 *
 * @param share at least 0 and less than 1
 */
public record HeldOut(double share) {

    /** The rule in words, for implementations in other languages. */
    public static final String FORMULA =
            "held out if the first 8 bytes of SHA-256(canonical query in UTF-8), unsigned big-endian, < share * 2^64";

    /** The default share. */
    public static final double DEFAULT_SHARE = 0.1;

    public HeldOut {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the held-out share is " + share + "; expected at least 0 and less than 1");
        }
    }

    /** Whether a canonical query is held out. */
    public boolean contains(String canonical) {
        return Long.compareUnsigned(TextHash.of(canonical), limit()) < 0;
    }

    /**
     * The smallest unsigned integer not less than share times 2<sup>64</sup>. The arithmetic is exact, since
     * 2<sup>64</sup> is a power of 2.
     */
    private long limit() {
        double scaled = Math.ceil(share * 0x1p64);
        return scaled < 0x1p63 ? (long) scaled : (long) (scaled - 0x1p63) + Long.MIN_VALUE;
    }
}
