package io.tagweir.query;

import com.ibm.icu.lang.UCharacter;
import java.util.Arrays;
import java.util.Optional;

/**
 * Carries offsets from a canonical query back to the text as it was typed.
 *
 * <p>Tags are found in the canonical query, users see the typed one. Normalisation may join, split, drop or reorder
 * code points, so the typed text is cut wherever Unicode guarantees that nothing reaches across
 * ({@code hasBoundaryBefore}); each piece is normalised alone and all its canonical code points point back at the whole
 * piece. All offsets are code points, ends are exclusive. Immutable.
 */
public final class Alignment {

    private final String typed;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int size;

    private Alignment(String typed) {
        this.typed = typed;
    }

    /** The alignment of {@link Normaliser#canonical(String) the canonical form} of {@code typed} with it. */
    public static Alignment of(String typed) {
        var alignment = new Alignment(typed);
        alignment.walk();
        return alignment;
    }

    /**
     * Whether offsets in {@code canonical} are offsets in {@code typed} as they stand. Answers true only where that is
     * cheap to see: the texts are equal, or as long as each other and plain ASCII, where folding changes no length and
     * each space that was dropped would show.
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

    /** Where in the typed text the canonical code point {@code canonicalStart} begins. */
    public int typedStart(int canonicalStart) {
        return starts[within(canonicalStart)];
    }

    /** Where in the typed text the canonical text that ends before {@code canonicalEnd} ends. */
    public int typedEnd(int canonicalEnd) {
        return ends[within(canonicalEnd - 1)];
    }

    /** A stretch of code points, its end exclusive. */
    public record Range(int start, int end) {}

    /** What the typed stretch from {@code start} to {@code end} became; empty where nothing is left of it. */
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

    /** The typed text between two of its code points. */
    public String typedText(int start, int end) {
        int from = typed.offsetByCodePoints(0, start);
        return typed.substring(from, typed.offsetByCodePoints(from, end - start));
    }

    /** Length of the canonical text, in code points. */
    public int canonicalLength() {
        return size;
    }

    private int within(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "offset " + index + " lies outside a canonical query of " + size + " code points");
        }
        return index;
    }

    private void walk() {
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
