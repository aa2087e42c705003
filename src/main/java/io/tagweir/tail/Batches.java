package io.tagweir.tail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts what a thread has taken into runs of the model. Pure functions.
 *
 * <p>A run is padded to its longest query, so its cost is its queries times the word pieces of the longest. Queries are
 * sorted by length; a run ends where it would hold too many queries or too many padded pieces, and where the next query
 * belongs to another length bucket. So a long query runs with its like and slows no short one.
 */
final class Batches {

    private Batches() {}

    /**
     * The runs, the one that holds the most urgent query first.
     *
     * @param maxPieces most word pieces in a run, padding included
     */
    static List<List<Piece>> cut(List<Piece> pieces, BatchSettings settings, int maxPieces) {
        var sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingInt(Piece::length));
        var runs = new ArrayList<List<Piece>>();
        int from = 0;
        for (int next = 1; next <= sorted.size(); next++) {
            if (next == sorted.size() || !fits(sorted.get(from), next - from, sorted.get(next), settings, maxPieces)) {
                runs.add(sorted.subList(from, next));
                from = next;
            }
        }
        runs.sort(Comparator.comparing(Batches::mostUrgent));
        return runs;
    }

    private static boolean fits(Piece first, int count, Piece next, BatchSettings settings, int maxPieces) {
        return count < settings.maxQueries()
                && (count + 1) * next.length() <= maxPieces
                && settings.bucket(first.length()) == settings.bucket(next.length());
    }

    private static Urgency mostUrgent(List<Piece> run) {
        return run.stream()
                .map(piece -> piece.ticket().urgency())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
