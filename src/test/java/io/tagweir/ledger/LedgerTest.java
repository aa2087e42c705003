package io.tagweir.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.testing.RecordedStore;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

    private final CommitWatch commits = new CommitWatch("commits");
    private final List<String> written = new ArrayList<>();
    private KeyValueStore<String, Pending> store;

    @BeforeEach
    void openStore() {
        var context = new MockProcessorContext<Void, Void>();
        store = RecordedStore.around(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("ledger"),
                                Serdes.String(),
                                new SingleObjectSerde<Pending>(Pending.getClassSchema()))
                        .withLoggingDisabled()
                        .build(),
                written);
        store.init(context.getStateStoreContext(), store);
    }

    /**
     *
     *
     * <pre>
     *   take ── answer ── settle ── commit ── settle
     *    in      in         in        in       gone
     * </pre>
     */
    @Test
    void underAtLeastOnceAnEntryStaysUntilACommitHasMadeItsAnswerDurable() {
        var ledger = new Ledger<>(store, commits, false);
        ledger.take("a", pending("q1"));
        assertThat(ledger.answer("a")).isNotNull();
        ledger.settle();
        assertThat(entries()).containsExactly("a");

        commits.commit(Map.of());
        ledger.settle();
        assertThat(entries()).isEmpty();
    }

    @Test
    void answerGivenAfterTheCommitWaitsForTheNext() {
        var ledger = new Ledger<>(store, commits, false);
        ledger.take("a", pending("q1"));
        commits.commit(Map.of());
        ledger.settle();
        ledger.answer("a");
        ledger.settle();
        assertThat(entries()).containsExactly("a");
    }

    @Test
    void underExactlyOnceAnEntryGoesWithItsAnswer() {
        var ledger = new Ledger<>(store, commits, true);
        ledger.take("a", pending("q1"));
        ledger.answer("a");
        assertThat(entries()).isEmpty();
    }

    @Test
    void entryLeftBehindIsResumedByTheSuccessorAndNotTakenTwice() {
        new Ledger<>(store, commits, false).take("a", pending("q1"));

        var successor = new Ledger<>(store, commits, false);
        var resumed = new ArrayList<String>();
        successor.recover(
                (entry, pending) -> resumed.add(entry + " " + pending.getMiss().getQueryId()));
        assertThat(resumed).containsExactly("a q1");
        assertThat(successor.holds("a")).isTrue();
    }

    /**
     *
     *
     * <pre>
     *   disk        a, b ── crash ── a, b ── delivered again, committed ── lost
     *   changelog   a                a, b                                  a, b
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void entriesThatOnlyTheDiskHasAreWrittenAgainUnderAtLeastOnce(boolean atomic) {
        var disk = new Ledger<>(store, commits, atomic);
        disk.take("a", pending("q1"));
        disk.take("b", pending("q2"));
        written.clear();

        new Ledger<>(store, commits, atomic).recover((entry, pending) -> {});
        assertThat(written).isEqualTo(atomic ? List.of() : List.of("a", "b"));
    }

    @Test
    void secondAnswerToAnEntryIsNone() {
        var ledger = new Ledger<>(store, commits, false);
        ledger.take("a", pending("q1"));
        assertThat(ledger.answer("a")).isNotNull();
        assertThat(ledger.answer("a")).isNull();
        assertThat(ledger.holds("a")).isTrue();
    }

    /** What is parked lies on disk alone, comes back in its order, and outlives a crash like the rest. */
    @Test
    void parkedEntryIsHeldAndComesBackInItsOrder() {
        var ledger = new Ledger<>(store, commits, true);
        ledger.defer("b", pending("q1"));
        ledger.defer("a", pending("q2"));
        assertThat(ledger.holds("a")).isTrue();
        assertThat(ledger.open()).isZero();
        assertThat(ledger.find("a")).isNull();
        assertThat(entries()).containsExactlyInAnyOrder("a", "b");

        var next = new Ledger<>(store, commits, true);
        next.recover((entry, pending) -> next.defer(entry, pending));
        assertThat(next.deferred()).isEqualTo(2);

        assertThat(ledger.firstDeferred()).isEqualTo(pending("q1"));
        assertThat(ledger.resumeFirstDeferred()).isEqualTo("b");
        assertThat(ledger.answer("b")).isEqualTo(pending("q1"));
        assertThat(ledger.resumeFirstDeferred()).isEqualTo("a");
        assertThat(ledger.firstDeferred()).isNull();
        assertThat(entries()).containsExactly("a");
    }

    private List<String> entries() {
        var entries = new ArrayList<String>();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> entries.add(entry.key));
        }
        return entries;
    }

    private static Pending pending(String id) {
        var miss = Miss.newBuilder()
                .setQueryId(id)
                .setQuery("odd")
                .setCanonicalQuery("odd")
                .setEventTime(Instant.EPOCH)
                .build();
        return new Pending(miss, List.of());
    }
}
