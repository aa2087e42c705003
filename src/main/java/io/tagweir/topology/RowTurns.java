package io.tagweir.topology;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Whose turn it is to be read, rows or queries, so that a query waits for no more than a reading's worth of rows, or
 * two.
 *
 * <p>Without turns it does: Kafka's consumer asks a broker for nothing more while it has anything left of that broker's
 * last response, which during a publication is a megabyte of rows for each partition. So a reading that brought rows is
 * followed by readings of queries alone, until none is left or they have had as long as the rows took. Rows keep at
 * least half of the thread's time, and nearly all of it while no query comes.
 *
 * <p>Owned by one stream thread.
 */
final class RowTurns {

    private final InstantSource clock;
    private boolean rowsRead;
    private long rowsReadAt;
    private boolean queriesTurn;
    private long turnBegan;
    private long turnLasts;
    private boolean turnHadQueries;
    private boolean queriesComing;

    RowTurns(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether rows are to be left out of the reading that comes now. */
    boolean rowsWait() {
        long now = clock.millis();
        if (rowsRead) {
            rowsRead = false;
            queriesTurn = true;
            turnBegan = now;
            turnLasts = Math.max(1, now - rowsReadAt);
            queriesComing = turnHadQueries;
            turnHadQueries = false;
        } else if (queriesTurn) {
            long lasted = now - turnBegan;
            // A clock that is set back ends the turn.
            queriesTurn = lasted >= 0 && lasted < turnLasts;
        }
        return queriesTurn;
    }

    /**
     * How long the reading that comes now may wait for the first record: where queries alone are read and the turn
     * before had none, not at all.
     */
    Duration mayWait(Duration asked) {
        return queriesTurn && !queriesComing ? Duration.ZERO : asked;
    }

    /** @param rows, queries whether the reading that has ended brought any */
    void read(boolean rows, boolean queries) {
        rowsRead = rows;
        rowsReadAt = clock.millis();
        turnHadQueries |= queriesTurn && queries;
        queriesTurn &= queries;
    }
}
