package io.tagweir.head;

import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.query.QueryKey;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A result of {@link LookUpHead}. */
public sealed interface LookupResult {

    /**
     * The head answers the query.
     *
     * @param answer a {@code TaggedQuery} in wire format
     */
    record Hit(byte[] answer) implements LookupResult {}

    /** A record for the tail. */
    sealed interface ForTail extends LookupResult {

        Miss miss();
    }

    /** The head does not answer the query. */
    record Missed(Miss miss) implements ForTail {}

    /**
     * A sample to measure the student by. Always comes together with a {@link Hit}.
     *
     * @param miss holds the teacher's tags; is not answered
     */
    record QualitySampled(Miss miss) implements ForTail {}

    /** The record is not in the partition of its canonical key: another task must look it up. */
    record WrongPartition(IncomingQuery query) implements LookupResult {}

    /**
     * The teacher should tag the query, or tag it again. Always comes together with a {@link Hit} or {@link Missed}.
     *
     * @param reason GENUINE, STALE or INVALIDATED
     * @param snapshot the snapshot that was looked up
     */
    record TeacherRequest(QueryKey key, MissReason reason, String snapshot) implements LookupResult {}

    /** Serializes the answer of a {@link Hit}, which is encoded already. */
    static Serde<LookupResult> answers() {
        return Serdes.serdeFrom((topic, result) -> ((Hit) result).answer(), (topic, bytes) -> {
            throw new UnsupportedOperationException("a lookup result is never deserialized");
        });
    }
}
