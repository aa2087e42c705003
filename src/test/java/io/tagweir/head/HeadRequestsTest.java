package io.tagweir.head;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import io.tagweir.meter.MeterName;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the teacher is asked for. */
class HeadRequestsTest {

    private static final Duration INTERVAL = Duration.ofHours(1);

    @TempDir
    Path state;

    @Test
    void whatTheHeadLackedIsAskedForOnceAnIntervalMostWantedFirst() {
        var head = head(Map.of());
        try (var stream = new TestStream(
                Role.ALL, state, head.withRequests(head.requests().withTop(2)))) {
            publish(stream, "", "milk", null);
            stream.activate("v1", START);
            ask(stream, 2, "", "odd thing");
            ask(stream, 4, "us", "Rare  Thing");
            ask(stream, 3, "", "another");
            ask(stream, 1, "", "once");
            ask(stream, 9, "", "milk");
            stream.await(19);
            assertThat(stream.requests()).isEmpty();

            stream.pass(INTERVAL);
            var requests = stream.requests();
            assertThat(requests)
                    .extracting(request -> request.key(), request -> said(request))
                    .containsExactly(
                            Tuple.tuple("us\trare thing", "us/rare thing GENUINE 4 v1"),
                            Tuple.tuple("another", "/another GENUINE 3 v1"));
            assertThat(requests).allSatisfy(request -> {
                assertThat(request.value().getFrom()).isBefore(request.value().getTo());
                assertThat(request.getRecordTime()).isEqualTo(request.value().getTo());
            });
            assertThat(stream.meters.total(MeterName.HEAD_REQUESTS, MissReason.GENUINE))
                    .isEqualTo(2);

            ask(stream, 1, "", "odd thing");
            stream.pass(INTERVAL);
            assertThat(stream.requests()).as("counts start from zero").isEmpty();
        }
    }

    /** Both segments have stale tags for milk; one serves them. */
    @Test
    void staleAndInvalidatedTagsAreRequestedServedOrNot() {
        try (var stream = stream(Map.of("head.stale", "de=miss"))) {
            publish(stream, "", "milk", START);
            publish(stream, "de", "milk", START);
            publish(stream, "", "bread", null, "brand");
            stream.activate("v1", START);
            stream.change("brand", START);
            ask(stream, 1, "", "milk");
            ask(stream, 2, "de", "milk");
            ask(stream, 1, "", "bread");
            stream.await(4);
            stream.pass(INTERVAL);
            assertThat(stream.requests())
                    .extracting(HeadRequestsTest::said)
                    .containsExactly("/bread INVALIDATED 1 v1", "de/milk STALE 2 v1", "/milk STALE 1 v1");
        }
    }

    @Test
    void queryWantedForTwoReasonsIsAskedForOnceForTheGraver() {
        try (var stream = stream(Map.of())) {
            publish(stream, "", "milk", START, "brand");
            stream.activate("v1", START);
            ask(stream, 3, "", "milk");
            stream.change("brand", START);
            ask(stream, 1, "", "milk");
            stream.await(4);
            stream.pass(INTERVAL);
            assertThat(stream.requests()).extracting(HeadRequestsTest::said).containsExactly("/milk INVALIDATED 4 v1");
        }
    }

    @Test
    void coldQueriesAreNotAskedFor() {
        try (var stream = stream(Map.of())) {
            for (int i = 0; i < 5; i++) {
                stream.ask(
                        QueryEvent.newBuilder()
                                .setQueryId("q" + i)
                                .setQuery("milk")
                                .setDeadlineMs(0)
                                .build(),
                        START,
                        Map.of());
            }
            assertThat(stream.await(5)).allMatch(answer -> answer.value().getMissReason() == MissReason.COLD);
            stream.pass(INTERVAL);
            assertThat(stream.requests()).isEmpty();
        }
    }

    private TestStream stream(Map<String, String> more) {
        return new TestStream(Role.ALL, state, head(more));
    }

    private static HeadSettings head(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("head.requests.interval.ms", String.valueOf(INTERVAL.toMillis()));
        return TestStream.head(settings);
    }

    private static void publish(
            TestStream stream, String segment, String query, Instant expiresAt, String... dependsOn) {
        stream.publish(
                new HeadKey("v1", segment, query),
                HeadTags.newBuilder()
                        .setTags(List.of(new Tag("food", query, 0, query.length(), 1f)))
                        .setTaggedAt(START.minusSeconds(1))
                        .setExpiresAt(expiresAt)
                        .setDependsOn(List.of(dependsOn))
                        .build());
    }

    private static void ask(TestStream stream, int times, String segment, String query) {
        for (int i = 0; i < times; i++) {
            stream.ask(query + i, segment, query, START);
        }
    }

    private static String said(TestRecord<String, HeadRequest> record) {
        var request = record.value();
        return request.getSegment() + "/" + request.getQuery() + " " + request.getReason() + " " + request.getCount()
                + " " + request.getSnapshot();
    }
}
