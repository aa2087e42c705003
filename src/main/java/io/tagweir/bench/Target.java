package io.tagweir.bench;

/** What a figure should be: at least or at most {@code value}. */
public record Target(double value, boolean atLeast) {

    public static Target atLeast(double value) {
        return new Target(value, true);
    }

    public static Target atMost(double value) {
        return new Target(value, false);
    }

    /** A figure that could not be measured (NaN) meets no target. */
    public boolean met(double figure) {
        return atLeast ? figure >= value : figure <= value;
    }

    @Override
    public String toString() {
        return (atLeast ? ">= " : "<= ") + value;
    }
}
