package io.tagweir.bench;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.tag.Span;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The textbook topology: queries are joined with a table of head tags, both keyed by the canonical query, and the
 * stream thread itself calls the student for each record without a row.
 *
 * @param table topic of the head, from canonical query to tags
 * @param student tags one query
 */
public record NaiveTopology(
        String table,
        Serde<QueryEvent> queries,
        Serde<HeadTags> headTags,
        Serde<TaggedQuery> answers,
        Function<String, List<Span>> student,
        InstantSource clock) {

    public static final String NAME = "naive";

    private record Match(QueryEvent event, @Nullable HeadTags head) {}

    public Topology topology(String from, String to) {
        var builder = new StreamsBuilder();
        var head = builder.table(
                table,
                Consumed.with(Serdes.String(), headTags).withName("read-head-tags"),
                Materialized.<String, HeadTags, KeyValueStore<Bytes, byte[]>>as("head-tags")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(headTags));
        builder.stream(from, Consumed.with(Serdes.String(), queries).withName("read-queries"))
                .leftJoin(
                        head,
                        Match::new,
                        Joined.with(Serdes.String(), queries, headTags).withName("join-head-tags"))
                .mapValues(this::answer, Named.as("tag"))
                .to(to, Produced.with(Serdes.String(), answers).withName("write-answers"));
        return builder.build();
    }

    private TaggedQuery answer(String canonical, Match match) {
        var event = match.event();
        var head = match.head();
        var now = clock.instant();
        return TaggedQuery.newBuilder()
                .setQueryId(event.getQueryId())
                .setQuery(event.getQuery())
                .setCanonicalQuery(canonical)
                .setSegment(event.getSegment())
                .setTags(head == null ? tags(canonical, student.apply(canonical)) : head.getTags())
                .setSource(head == null ? Source.STUDENT : Source.HEAD)
                .setMissReason(head == null ? MissReason.GENUINE : null)
                .setSnapshot(PassThrough.SNAPSHOT)
                .setStudent(head == null ? "student@1" : null)
                .setEventTime(now)
                .setTaggedTime(now)
                .build();
    }

    private static List<Tag> tags(String text, List<Span> spans) {
        return spans.stream()
                .map(span -> new Tag(
                        span.label(), text.substring(span.start(), span.end()), span.start(), span.end(), span.score()))
                .toList();
    }
}
