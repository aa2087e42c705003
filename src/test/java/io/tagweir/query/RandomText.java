package io.tagweir.query;

import java.util.SplittableRandom;

/** Texts that try a normaliser: letters of all widths and scripts, marks, spaces, ligatures, emoji. */
final class RandomText {

    private static final int[][] RANGES = {
        {' ', '~'},
        {0xa0, 0x17f},
        {0x300, 0x33f},
        {0x391, 0x3c9},
        {0x1e00, 0x1eff},
        {0x2000, 0x200f},
        {0xac00, 0xac40},
        {0x1100, 0x11a0},
        {0xfb00, 0xfb06},
        {0xff01, 0xff5e},
        {0x1f600, 0x1f640},
        {0x3000, 0x3000},
        {'\t', '\r'}
    };

    private RandomText() {}

    static String next(SplittableRandom random) {
        var text = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
            int[] range = RANGES[random.nextInt(RANGES.length)];
            text.appendCodePoint(random.nextInt(range[0], range[1] + 1));
        }
        return text.toString();
    }
}
