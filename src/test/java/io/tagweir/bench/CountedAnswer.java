package io.tagweir.bench;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Passes answers to an {@link AnswerCounter}. */
public final class CountedAnswer {

    private CountedAnswer() {}

    /** @param at since the time 0 of the due times */
    public static void count(AnswerCounter counter, int number, Source source, Duration at) {
        var answer = TaggedQuery.newBuilder()
                .setQueryId(LoadGenerator.query(number, "").getQueryId())
                .setQuery("a query")
                .setCanonicalQuery("a query")
                .setTags(List.of())
                .setSource(source)
                .setEventTime(Instant.EPOCH)
                .setTaggedTime(Instant.EPOCH)
                .build();
        counter.answered(answer, at.toNanos());
    }
}
