package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The ceiling of Kafka Streams itself: reads bytes and writes them with as many behind them as an answer is longer than
 * its query. Nothing is decoded; what it writes begins with the query's id, and so can be counted, but is no answer.
 */
public final class RawPassThrough {

    public static final String NAME = "pass-through-raw";

    private final byte[] rest;

    /** @param queries and {@code answers} tell how long the two are */
    public RawPassThrough(Serde<QueryEvent> queries, Serde<TaggedQuery> answers, InstantSource clock) {
        var event = OpenLoop.event(0, Queries.text(0));
        int query = queries.serializer().serialize(NAME + "-queries", event).length;
        byte[] answer = answers.serializer().serialize(NAME + "-answers", AvroPassThrough.answer(event, clock));
        rest = Arrays.copyOfRange(answer, query, answer.length);
    }

    public Topology topology(String from, String to) {
        var builder = new StreamsBuilder();
        builder.stream(
                        from,
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-queries"))
                .mapValues(this::lengthened, Named.as("pass-through"))
                .to(to, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("write-answers"));
        return builder.build();
    }

    private byte[] lengthened(byte[] query) {
        byte[] answer = Arrays.copyOf(query, query.length + rest.length);
        System.arraycopy(rest, 0, answer, query.length, rest.length);
        return answer;
    }
}
