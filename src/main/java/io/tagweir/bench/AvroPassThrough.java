package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The ceiling of Kafka Streams with Avro: reads a query and writes an answer of the size of ours with tags made
 * beforehand, through the same serdes, without looking anything up.
 */
public record AvroPassThrough(Serde<QueryEvent> queries, Serde<TaggedQuery> answers, InstantSource clock) {

    public static final String NAME = "pass-through-avro";

    static final String SNAPSHOT = "bench-1";
    private static final List<Tag> TAGS = Queries.tags(0);

    public Topology topology(String from, String to) {
        var builder = new StreamsBuilder();
        builder.stream(from, Consumed.with(Serdes.ByteArray(), queries).withName("read-queries"))
                .mapValues(event -> answer(event, clock), Named.as("pass-through"))
                .to(to, Produced.with(Serdes.ByteArray(), answers).withName("write-answers"));
        return builder.build();
    }

    static TaggedQuery answer(QueryEvent event, InstantSource clock) {
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
