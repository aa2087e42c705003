package io.tagweir.head;

import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.query.QueryKey;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What a lookup in the head came to. */
public sealed interface Outcome {

    /**
     * The head holds the query.
     *
     * @param answer a {@code TaggedQuery} in wire format
     */
    record Hit(byte[] answer) implements Outcome {}

    /** Something for the tail. */
    sealed interface ForTail extends Outcome {

        Miss miss();
    }

    /** The head does not hold the query. */
    record Missed(Miss miss) implements ForTail {}

    /**
     * The head holds the query, and the student is to be measured by it. Comes beside a {@link Hit}, never alone.
     *
     * @param miss holds the teacher's tags; nobody waits for an answer
     */
    record Sampled(Miss miss) implements ForTail {}

    /** The query's record lies in another partition than its key, so another task has to look it up. */
    record Elsewhere(IncomingQuery query) implements Outcome {}

    /**
     * The teacher should tag the query, or tag it again. Comes beside a {@link Hit} or a {@link Missed}, never alone.
     *
     * @param reason GENUINE, STALE or INVALIDATED
     * @param snapshot the one that was looked up
     */
    record Wanted(QueryKey key, MissReason reason, String snapshot) implements Outcome {}

    /** Hands out the answer of a {@link Hit}, which is encoded already. Nothing ever reads an outcome back. */
    static Serde<Outcome> answers() {
        return Serdes.serdeFrom((topic, outcome) -> ((Hit) outcome).answer(), (topic, bytes) -> {
            throw new UnsupportedOperationException("an outcome is never read");
        });
    }
}
