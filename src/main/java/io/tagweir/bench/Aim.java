package io.tagweir.bench;

/** What a figure should come to: at least or at most {@code value}. */
public record Aim(double value, boolean atLeast) {

    public static Aim atLeast(double value) {
        return new Aim(value, true);
    }

    public static Aim atMost(double value) {
        return new Aim(value, false);
    }

    /** Whether it does; a figure that could not be measured does not. */
    public boolean met(double figure) {
        return atLeast ? figure >= value : figure <= value;
    }

    @Override
    public String toString() {
        return (atLeast ? ">= " : "<= ") + value;
    }
}
