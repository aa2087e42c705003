package io.tagweir.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.meter.QueryAccount.Source;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueryBalanceTest {

    private static final int PARTITION = 3;

    private final QueryBalance balance = new QueryBalance();
    private final QueryAccount account = balance.mine();
    private final AtomicInteger pending = new AtomicInteger();

    @Test
    void queryThatIsAnsweredIsNotMissing() {
        account.read(Source.QUERIES, PARTITION, 0);
        account.arrived(Source.QUERIES, PARTITION, 0);
        account.answered();
        account.done();

        assertThat(balance.figures()).isEqualTo(new QueryFigures(1, 0, 0, 1, 0, 0, 0, 0, 0, 0));
        assertThat(balance.figures().missing()).isZero();
    }

    @Test
    void queryThatThreadIsDoneWithAndIsNowhereIsMissing() {
        account.read(Source.QUERIES, PARTITION, 0);
        account.arrived(Source.QUERIES, PARTITION, 0);
        account.done();

        assertThat(balance.figures().missing()).isEqualTo(1);
    }

    @Test
    void answerThatNobodyAskedForIsOneTooMany() {
        account.answered();
        account.publish();

        assertThat(balance.figures().missing()).isEqualTo(-1);
    }

    /**
     *
     *
     * <pre>
     *   read 0   read 1, 0 arrives, is answered   [1 is ahead]   1 never arrives, read 2, arrives, is answered
     * </pre>
     */
    @Test
    void recordReadAheadIsMissingOnlyOnceTheNextHasOvertakenIt() {
        account.read(Source.QUERIES, PARTITION, 0);
        account.read(Source.QUERIES, PARTITION, 1);
        account.arrived(Source.QUERIES, PARTITION, 0);
        account.answered();
        account.done();
        assertThat(balance.figures().read()).isEqualTo(1);
        assertThat(balance.figures().missing()).isZero();

        account.read(Source.QUERIES, PARTITION, 2);
        account.arrived(Source.QUERIES, PARTITION, 2);
        account.answered();
        account.done();
        assertThat(balance.figures().read()).isEqualTo(3);
        assertThat(balance.figures().missing()).isEqualTo(1);
    }

    @Test
    void nothingIsReportedWhileAQueryIsUnderWay() {
        account.read(Source.QUERIES, PARTITION, 0);
        account.arrived(Source.QUERIES, PARTITION, 0);
        account.publish();
        assertThat(balance.figures()).isEqualTo(QueryFigures.NONE);

        account.answered();
        account.done();
        assertThat(balance.figures().missing()).isZero();
    }

    @Test
    void pendingQueriesAreHandedBackWithTheirPartitionAndRecoveredByWhoeverOpensItNext() {
        var close = account.open(PARTITION, pending::get);
        account.read(Source.MISSES, PARTITION, 0);
        account.arrived(Source.MISSES, PARTITION, 0);
        pending.set(1);
        account.done();
        assertThat(balance.figures().pending()).isEqualTo(1);

        close.run();
        assertThat(balance.figures()).isEqualTo(new QueryFigures(1, 0, 0, 0, 0, 0, 0, 0, 1, 0));

        var next = new QueryBalance();
        next.mine().open(PARTITION, pending::get);
        assertThat(next.figures()).isEqualTo(new QueryFigures(0, 0, 1, 0, 0, 0, 0, 0, 0, 1));

        next.mine().read(Source.MISSES, PARTITION, 0);
        next.mine().arrived(Source.MISSES, PARTITION, 0);
        next.mine().repeated();
        next.mine().done();
        pending.set(0);
        next.mine().answered();
        next.mine().publish();
        assertThat(next.figures().missing()).isZero();
    }

    @Test
    void pendingQueryThatItsStoreForgetsIsMissing() {
        account.open(PARTITION, pending::get);
        account.read(Source.MISSES, PARTITION, 0);
        account.arrived(Source.MISSES, PARTITION, 0);
        pending.set(1);
        account.done();

        pending.set(0);
        account.publish();

        assertThat(balance.figures().missing()).isEqualTo(1);
    }

    @Test
    void recordReadAheadIsHandedBackWithItsPartition() {
        var close = account.open(PARTITION, pending::get);
        account.read(Source.QUERIES, PARTITION, 7);

        close.run();

        assertThat(balance.figures().handedBack()).isEqualTo(1);
        assertThat(balance.figures().missing()).isZero();
    }

    @Test
    void queryThatFailsInTheMiddleIsHandedBackWithItsPartition() {
        var close = account.open(PARTITION, pending::get);
        account.read(Source.QUERIES, PARTITION, 7);
        account.arrived(Source.QUERIES, PARTITION, 7);

        close.run();

        assertThat(balance.figures().handedBack()).isEqualTo(1);
        assertThat(balance.figures().missing()).isZero();
    }

    @Test
    void queryThatArrivesAgainAfterATimeoutCountsOnce() {
        for (var source : new Source[] {Source.QUERIES, Source.HOP}) {
            if (source == Source.QUERIES) {
                account.read(source, PARTITION, 7);
            }
            account.arrived(source, PARTITION, 7);
            account.publish();
            account.arrived(source, PARTITION, 7);
            account.answered();
            account.done();
        }

        assertThat(balance.figures()).isEqualTo(new QueryFigures(1, 1, 0, 2, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void deadLetterHasBeenReadAndIsNotMissing() {
        account.undecodable(Source.QUERIES);
        account.undecodable(Source.HOP);
        account.read(Source.QUERIES, PARTITION, 1);
        account.arrived(Source.QUERIES, PARTITION, 1);
        account.rejected();

        assertThat(balance.figures()).isEqualTo(new QueryFigures(2, 1, 0, 0, 3, 0, 0, 0, 0, 0));
        assertThat(balance.figures().missing()).isZero();
    }

    @Test
    void figuresAreTheSumOverAllThreads() {
        account.undecodable(Source.QUERIES);
        CompletableFuture.runAsync(() -> balance.mine().undecodable(Source.QUERIES), work -> {
                    var thread = new Thread(work);
                    thread.start();
                })
                .join();

        assertThat(balance.figures().read()).isEqualTo(2);
    }
}
