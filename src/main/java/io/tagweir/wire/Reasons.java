package io.tagweir.wire;

/** Reasons from others' code, fit to be kept with a record. Stateless. */
final class Reasons {

    /** Longest reason, in characters: Avro repeats whole schemas in its messages. */
    private static final int LONGEST = 300;

    private Reasons() {}

    /** What the failure says of itself, on one line and not too long. */
    static String of(Throwable failure) {
        return line(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    /** The text on one line, cut where it is too long. */
    static String line(String text) {
        var start = text.length() > 4 * LONGEST ? text.substring(0, 4 * LONGEST) : text;
        var line = start.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
