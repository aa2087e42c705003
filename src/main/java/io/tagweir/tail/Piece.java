package io.tagweir.tail;

import io.tagweir.student.Encoded;
import java.util.List;

/**
 * A ticket on its way into a run.
 *
 * @param ticket claimed
 * @param encoded its text, in the terms of the student that is to run it
 */
record Piece(Ticket ticket, Encoded encoded) {

    int length() {
        return encoded.pieces();
    }

    /** Word pieces a run of these has, padding included. */
    static int padded(List<Piece> run) {
        return run.size() * run.stream().mapToInt(Piece::length).max().orElse(0);
    }
}
