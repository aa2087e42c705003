package io.tagweir.meter;

/**
 * Where the queries of this process came from since its start, and what became of them. Immutable.
 *
 * @param read from the topic of queries or, in the role tail, of misses; those that became dead letters included
 * @param reroutedRead from the repartition hop
 * @param recovered taken over from stores: pending when their partition was last closed, here or elsewhere
 * @param answered written to the topic of answers
 * @param deadLetters kept in the dead-letter topic
 * @param rerouted written to the repartition hop
 * @param missesWritten handed to the role tail
 * @param repeated read again after a crash and found pending already
 * @param handedBack not done with when their partition was closed here; whoever opens it next has them
 * @param pending in the stores of this process and not answered
 */
public record QueryFigures(
        long read,
        long reroutedRead,
        long recovered,
        long answered,
        long deadLetters,
        long rerouted,
        long missesWritten,
        long repeated,
        long handedBack,
        long pending) {

    static final QueryFigures NONE = new QueryFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Queries that came in and are nowhere; below 0: more went out than came in. */
    public long missing() {
        return read
                + reroutedRead
                + recovered
                - (answered + deadLetters + rerouted + missesWritten + repeated + handedBack + pending);
    }

    QueryFigures plus(QueryFigures other) {
        return new QueryFigures(
                read + other.read,
                reroutedRead + other.reroutedRead,
                recovered + other.recovered,
                answered + other.answered,
                deadLetters + other.deadLetters,
                rerouted + other.rerouted,
                missesWritten + other.missesWritten,
                repeated + other.repeated,
                handedBack + other.handedBack,
                pending + other.pending);
    }
}
