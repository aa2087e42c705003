package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.wire.WireFormat;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.ValueMapper;

/**
 * Stateless topologies that look nothing up: ceilings for any application on Kafka Streams. Both answer with made-up
 * tags, in records as long as ours.
 */
public record PassThrough(Serde<QueryEvent> queries, Serde<TaggedQuery> answers, InstantSource clock) {

    public static final String AVRO = "pass-through-avro";
    public static final String RAW = "pass-through-raw";

    static final String SNAPSHOT = "bench-1";

    /** Number of a query of average length. */
    private static final int AVERAGE = 4;

    private static final List<Tag> TAGS = Queries.tags(AVERAGE);

    /** Decodes each query and encodes its answer. */
    public Topology avro(String from, String to) {
        return topology(from, queries, to, answers, this::answer);
    }

    /** Copies bytes: the id out of the encoded query, the rest out of an answer encoded once. */
    public Topology raw(String from, String to) {
        byte[] answer = answers.serializer().serialize(to, answer(LoadGenerator.query(0, Queries.text(AVERAGE))));
        int rest = endOfId(answer);
        return topology(from, Serdes.ByteArray(), to, Serdes.ByteArray(), query -> {
            int id = endOfId(query) - WireFormat.HEADER;
            return ByteBuffer.allocate(WireFormat.HEADER + id + answer.length - rest)
                    .put(answer, 0, WireFormat.HEADER)
                    .put(query, WireFormat.HEADER, id)
                    .put(answer, rest, answer.length - rest)
                    .array();
        });
    }

    /** The id is the first field of both records: its length, zigzag-encoded in one byte, and its characters. */
    private static int endOfId(byte[] encoded) {
        return WireFormat.HEADER + 1 + (encoded[WireFormat.HEADER] >> 1);
    }

    private static <Q, A> Topology topology(
            String from, Serde<Q> queries, String to, Serde<A> answers, ValueMapper<Q, A> answer) {
        var builder = new StreamsBuilder();
        builder.stream(from, Consumed.with(Serdes.ByteArray(), queries).withName("read-queries"))
                .mapValues(answer, Named.as("pass-through"))
                .to(to, Produced.with(Serdes.ByteArray(), answers).withName("write-answers"));
        return builder.build();
    }

    private TaggedQuery answer(QueryEvent event) {
        var now = clock.instant();
        return TaggedQuery.newBuilder()
                .setQueryId(event.getQueryId())
                .setQuery(event.getQuery())
                .setCanonicalQuery(event.getQuery())
                .setSegment(event.getSegment())
                .setTags(TAGS)
                .setSource(Source.HEAD)
                .setSnapshot(SNAPSHOT)
                .setEventTime(now)
                .setTaggedTime(now)
                .build();
    }
}
