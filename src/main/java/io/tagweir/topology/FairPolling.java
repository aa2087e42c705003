package io.tagweir.topology;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Alternates between polling rows and polling queries, so that a query waits for one or two polls of rows at most.
 *
 * <p>Kafka's consumer fetches nothing more from a broker while it has records of that broker's last response, which
 * during a publication is a megabyte of rows per partition. So a poll that returned rows is followed by polls of
 * queries only, until there are none or they have taken as long as the rows. Rows get at least half of the thread's
 * time, and nearly all of it while there are no queries.
 *
 * <p>Owned by one stream thread.
 */
final class FairPolling {

    private final InstantSource clock;
    private boolean rowsRead;
    private long rowsReadAt;
    private boolean queriesTurn;
    private long turnBegan;
    private long turnLasts;
    private boolean turnHadQueries;
    private boolean queriesComing;

    FairPolling(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the next poll must leave out rows. */
    boolean skipsRows() {
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
     * How long the next poll may wait for a record: not at all if it is for queries only and the last such polls
     * returned none.
     */
    Duration timeout(Duration asked) {
        return queriesTurn && !queriesComing ? Duration.ZERO : asked;
    }

    /** @param rows, queries whether the last poll returned any */
    void polled(boolean rows, boolean queries) {
        rowsRead = rows;
        rowsReadAt = clock.millis();
        turnHadQueries |= queriesTurn && queries;
        queriesTurn &= queries;
    }
}
