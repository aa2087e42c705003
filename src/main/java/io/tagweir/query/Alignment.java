package io.tagweir.query;

import com.ibm.icu.lang.UCharacter;
import java.util.Arrays;
import java.util.Optional;

/**
 * The alignment of a canonical query with the query as typed, which maps offsets between them.
 *
 * <p>Tags are found in the canonical query, but users see the typed one. Normalisation may join, split, drop or reorder
 * code points. So the typed text is divided at its normalisation boundaries ({@code hasBoundaryBefore}), each segment
 * is normalised alone, and all its canonical code points map to the whole segment. Offsets are code points, ends are
 * exclusive. Immutable.
 */
public final class Alignment {

    private final String typed;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int size;

    private Alignment(String typed) {
        this.typed = typed;
    }

    /** The alignment of {@code typed} with its {@link Normaliser#canonical(String) canonical form}. */
    public static Alignment of(String typed) {
        var alignment = new Alignment(typed);
        alignment.align();
        return alignment;
    }

    /**
     * Whether offsets in {@code canonical} are certainly the same in {@code typed}: the texts are equal, or of equal
     * length and ASCII, where case folding keeps the length and a dropped space would change it.
     */
    public static boolean isIdentity(String typed, String canonical) {
        return typed.equals(canonical) || (typed.length() == canonical.length() && isAscii(typed));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The start in the typed text of what starts at {@code canonicalStart}. */
    public int typedStart(int canonicalStart) {
        return starts[within(canonicalStart)];
    }

    /** The end in the typed text of what ends at {@code canonicalEnd}. */
    public int typedEnd(int canonicalEnd) {
        return ends[within(canonicalEnd - 1)];
    }

    /** A range of code points, its end exclusive. */
    public record Range(int start, int end) {}

    /** The canonical range of the typed text from {@code start} to {@code end}; empty if nothing is left of it. */
    public Optional<Range> canonicalRange(int start, int end) {
        int first = 0;
        while (first < size && ends[first] <= start) {
            first++;
        }
        int past = first;
        while (past < size && starts[past] < end) {
            past++;
        }
        return first == past ? Optional.empty() : Optional.of(new Range(first, past));
    }

    /** The typed text between two offsets. */
    public String typedText(int start, int end) {
        int from = typed.offsetByCodePoints(0, start);
        return typed.substring(from, typed.offsetByCodePoints(from, end - start));
    }

    private int within(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "offset " + index + " is outside a canonical query of " + size + " code points");
        }
        return index;
    }

    private void align() {
        int gapStart = -1;
        int gapEnd = -1;
        int position = 0;
        for (int from = 0; from < typed.length(); ) {
            int to = nextBoundary(from);
            int length = typed.codePointCount(from, to);
            int[] folded = Normaliser.NFKC_CASEFOLD
                    .normalize(typed.substring(from, to))
                    .codePoints()
                    .toArray();
            for (int codePoint : folded) {
                if (!UCharacter.isUWhiteSpace(codePoint)) {
                    if (gapStart >= 0) {
                        add(gapStart, gapEnd);
                    }
                    gapStart = -1;
                    add(position, position + length);
                } else if (size > 0) {
                    gapStart = gapStart < 0 ? position : gapStart;
                    gapEnd = position + length;
                }
            }
            position += length;
            from = to;
        }
    }

    private int nextBoundary(int from) {
        int to = from + Character.charCount(typed.codePointAt(from));
        while (to < typed.length() && !Normaliser.NFKC_CASEFOLD.hasBoundaryBefore(typed.codePointAt(to))) {
            to += Character.charCount(typed.codePointAt(to));
        }
        return to;
    }

    private void add(int start, int end) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
        }
        starts[size] = start;
        ends[size] = end;
        size++;
    }
}
