package io.tagweir.meter;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether every query that came in has gone out or is pending.
 *
 * <p>Queries are counted where they enter the topology and where they leave it, by what decodes and encodes them; no
 * node in between counts any, so none can lose a query and count it all the same. What is pending is asked of the
 * stores that hold it. In a process that works,
 *
 * <pre>
 *   read + read from the hop + recovered
 *     = answered + dead letters + written to the hop + written to misses + repeated + handed back + pending
 * </pre>
 *
 * <p>holds at every moment, because each stream thread publishes its own {@link QueryAccount} between two records. What
 * is in a topic is in neither side: a query in the hop is one that its writer has written and its reader has not read.
 * Thread-safe.
 */
public final class QueryBalance {

    private final List<QueryAccount> accounts = new CopyOnWriteArrayList<>();

    /** A serializer knows neither task nor partition, but runs on the thread of the query it writes. */
    private final ThreadLocal<QueryAccount> mine = ThreadLocal.withInitial(() -> {
        var account = new QueryAccount();
        accounts.add(account);
        return account;
    });

    /** The account of the stream thread that asks. */
    public QueryAccount mine() {
        return mine.get();
    }

    /** The sum over all threads of this process. */
    public QueryFigures figures() {
        var sum = QueryFigures.NONE;
        for (var account : accounts) {
            sum = sum.plus(account.figures());
        }
        return sum;
    }
}
