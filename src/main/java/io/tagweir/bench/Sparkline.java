package io.tagweir.bench;

import java.util.List;

/** A curve as a line of text: a character for each value from 0 to 1, the taller the more. */
final class Sparkline {

    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    private Sparkline() {}

    static String of(List<Double> values) {
        var line = new StringBuilder();
        for (double value : values) {
            int level = (int) (value * LEVELS.length());
            line.append(LEVELS.charAt(Math.max(0, Math.min(LEVELS.length() - 1, level))));
        }
        return line.toString();
    }
}
