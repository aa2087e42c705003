package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.StoredHeaders;
import io.tagweir.meter.Meters;
import io.tagweir.query.Alignment;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends the answers of one task of the tail. Owned by the task's stream thread. */
final class AnswerSender {

    private final ProcessorContext<byte[], TaggedQuery> context;
    private final Function<Miss, List<Span>> byRule;
    private final InstantSource clock;
    private final Meters meters;

    /** @param byRule tags a query that no student answers */
    AnswerSender(
            ProcessorContext<byte[], TaggedQuery> context,
            Function<Miss, List<Span>> byRule,
            InstantSource clock,
            Meters meters) {
        this.context = context;
        this.byRule = byRule;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Sends an answer.
     *
     * @param spans offsets in the canonical query
     * @param student {@code id@version} of the student that gave the spans; null: none did
     * @param detail why the answer is not the student's full answer; null if it is
     */
    void send(Pending pending, Source source, List<Span> spans, @Nullable String student, @Nullable String detail) {
        var miss = pending.getMiss();
        var now = clock.instant();
        var answer = TaggedQuery.newBuilder()
                .setQueryId(miss.getQueryId())
                .setQuery(miss.getQuery())
                .setCanonicalQuery(miss.getCanonicalQuery())
                .setSegment(miss.getSegment())
                .setTags(spans.isEmpty() ? List.of() : tags(miss.getQuery(), spans))
                .setSource(source)
                .setMissReason(miss.getReason())
                .setSnapshot(miss.getSnapshot())
                .setStudent(student)
                .setDetail(detail)
                .setEventTime(miss.getEventTime())
                .setTaggedTime(now)
                .build();
        var record = new Record<>(
                StoredHeaders.bytes(miss.getRecordKey()),
                answer,
                miss.getEventTime().toEpochMilli());
        StoredHeaders.into(pending.getHeaders(), record.headers());
        context.forward(record);
        meters.tailAnswer(source, Duration.between(miss.getEventTime(), now));
    }

    /** Answers a query by rule, because no student did. */
    void fallBack(Pending pending, String why) {
        send(pending, Source.FALLBACK, byRule.apply(pending.getMiss()), null, why);
    }

    private static List<Tag> tags(String typed, List<Span> spans) {
        var alignment = Alignment.of(typed);
        var tags = new ArrayList<Tag>(spans.size());
        for (var span : spans) {
            int start = alignment.typedStart(span.start());
            int end = alignment.typedEnd(span.end());
            tags.add(new Tag(span.label(), alignment.typedText(start, end), start, end, span.score()));
        }
        return tags;
    }
}
