package io.tagweir.query;

/**
 * Which queries are kept from training, to measure with: a stable share of all there are. Immutable.
 *
 * <p>A query is held out where the first eight bytes of SHA-256 over its canonical text in UTF-8, taken as an unsigned
 * big-endian integer, are less than the share times 2<sup>64</sup>. Neither snapshot nor segment matters, so what is
 * held out once stays held out in all of them; and a larger share holds out all that a smaller one does.
 *
 * @param share from 0, less than 1
 */
public record HeldOut(double share) {

    /** The rule in words, for those who split in another language. */
    public static final String FORMULA =
            "held out if the first 8 bytes of SHA-256(canonical query in UTF-8), unsigned big-endian, < share * 2^64";

    /** The share that is held out where nobody says otherwise. */
    public static final double USUAL_SHARE = 0.1;

    public HeldOut {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("a share held out is at least 0 and less than 1, not " + share);
        }
    }

    /** Whether a canonical query is held out. */
    public boolean contains(String canonical) {
        return Long.compareUnsigned(TextHash.of(canonical), limit()) < 0;
    }

    /**
     * The least integer not below share times 2<sup>64</sup>, unsigned; the product is exact, as 2<sup>64</sup> is a
     * power of 2, and so is what follows.
     */
    private long limit() {
        double scaled = Math.ceil(share * 0x1p64);
        return scaled < 0x1p63 ? (long) scaled : (long) (scaled - 0x1p63) + Long.MIN_VALUE;
    }
}
