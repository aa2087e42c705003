package io.tagweir.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What one stream thread has read and written of queries.
 *
 * <p>Owned by that thread. {@link #figures} may be asked by any: it holds what was published last, and that is done
 * only between two records, when nothing is under way.
 */
public final class QueryAccount {

    /** Where queries are read from. */
    public enum Source {
        /** The topic of queries. */
        QUERIES,
        /** The repartition hop. */
        HOP,
        /** The topic of misses, which the role tail reads. */
        MISSES
    }

    private static final long NONE = -1;

    /**
     * By source and partition: the offset of the record that was read ahead; of the hop, of the one that arrived last.
     */
    private final long[][] offsets = new long[Source.values().length][0];

    private final List<IntSupplier> stores = new ArrayList<>();
    private long read;
    private long readAhead;
    private long reroutedRead;
    private long recovered;
    private long answered;
    private long deadLetters;
    private long rerouted;
    private long missesWritten;
    private long repeated;
    private long handedBack;
    private boolean underWay;
    private volatile QueryFigures published = QueryFigures.NONE;

    /** Each thread has one of its own; see {@link QueryBalance}. */
    QueryAccount() {}

    /**
     * A query was decoded. Kafka Streams decodes one record of each partition ahead of those it processes; it counts as
     * read once it has {@link #arrived}, or another was decoded after it.
     */
    public void read(Source source, int partition, long offset) {
        read++;
        if (offset(source, partition) == NONE) {
            readAhead++;
        }
        set(source, partition, offset);
    }

    /**
     * The first processor has the query. Comes again for the same where Kafka Streams tries once more after a timeout.
     * To be followed by {@link #done}.
     */
    public void arrived(Source source, int partition, long offset) {
        underWay = true;
        boolean isKnown = offset(source, partition) == offset;
        if (source == Source.HOP && !isKnown) {
            reroutedRead++; // Kafka Streams lets nobody see the hop's records any earlier.
            set(source, partition, offset);
        } else if (source != Source.HOP && isKnown) {
            readAhead--;
            set(source, partition, NONE);
        }
    }

    /** The query that arrived is done with: answered, written on, or pending. */
    public void done() {
        underWay = false;
        publish();
    }

    /** A record could not be decoded, and is a dead letter. */
    public void undecodable(Source source) {
        if (source == Source.HOP) {
            reroutedRead++;
        } else {
            read++;
        }
        deadLetters++;
        publish();
    }

    /** The query under way is a dead letter. */
    public void rejected() {
        deadLetters++;
        done();
    }

    /** An answer was written. */
    public void answered() {
        answered++;
    }

    /** A query was written to the hop. */
    public void rerouted() {
        rerouted++;
    }

    /** A miss was written for the role tail. */
    public void missWritten() {
        missesWritten++;
    }

    /** The query under way is pending already: it was read before, and a crash came between. */
    public void repeated() {
        repeated++;
    }

    /**
     * A task takes a store of pending queries over, with what is in it.
     *
     * @param pending how many are in it now; asked by this thread alone
     * @return to be called when the task gives the store away, with the same still in it
     */
    public Runnable open(int partition, IntSupplier pending) {
        recovered += pending.getAsInt();
        stores.add(pending);
        publish();
        return () -> close(partition, pending);
    }

    private void close(int partition, IntSupplier pending) {
        if (underWay) { // It failed in the middle of a query, which is going to be read again.
            handedBack += now().missing() - published.missing();
        }
        for (var source : Source.values()) {
            if (source != Source.HOP && offset(source, partition) != NONE) {
                readAhead--;
                handedBack++;
            }
            set(source, partition, NONE);
        }
        stores.remove(pending);
        handedBack += pending.getAsInt();
        done();
    }

    /** Makes the figures known, unless a query is under way. To be called after what was answered in between. */
    public void publish() {
        if (!underWay) {
            published = now();
        }
    }

    QueryFigures figures() {
        return published;
    }

    private QueryFigures now() {
        long pending = 0;
        for (var store : stores) {
            pending += store.getAsInt();
        }
        return new QueryFigures(
                read - readAhead,
                reroutedRead,
                recovered,
                answered,
                deadLetters,
                rerouted,
                missesWritten,
                repeated,
                handedBack,
                pending);
    }

    private long offset(Source source, int partition) {
        var known = offsets[source.ordinal()];
        return partition < known.length ? known[partition] : NONE;
    }

    private void set(Source source, int partition, long offset) {
        var known = offsets[source.ordinal()];
        if (partition >= known.length) {
            offsets[source.ordinal()] = Arrays.copyOf(known, partition + 1);
            Arrays.fill(offsets[source.ordinal()], known.length, partition + 1, NONE);
        }
        offsets[source.ordinal()][partition] = offset;
    }
}
