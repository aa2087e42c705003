package io.tagweir.topology;

import static io.tagweir.testing.TestStream.START;
import static io.tagweir.testing.TestStream.header;
import static io.tagweir.testing.TestStream.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.MeterName;
import io.tagweir.testing.TestStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterHandlerTest {

    @TempDir
    Path state;

    static Stream<Arguments> badQueries() {
        return Stream.of(
                bad("UNDECODABLE", s -> s.askRaw("key".getBytes(), new byte[] {1, 2, 3})),
                bad("UNDECODABLE", s -> s.askRaw("key".getBytes(), null)),
                bad("EMPTY_QUERY: the query is empty", s -> s.ask("q", " \u00a0\t\u200b ")),
                bad("QUERY_TOO_LONG: the query has 41 code points, the limit is 40", s -> s.ask("q", "é".repeat(41))),
                bad("MISSING_ID: the query has no query_id", s -> s.ask(" ", "milk")),
                bad("BAD_SEGMENT", s -> s.ask(new QueryEvent("q", "milk", "a\tb", priority(), null), START, Map.of())));
    }

    @ParameterizedTest
    @MethodSource("badQueries")
    void badQueryBecomesADeadLetterWithItsReasonAndTheStreamContinues(String reason, Consumer<TestStream> ask) {
        try (var stream = new TestStream(Role.ALL, state)) {
            ask.accept(stream);
            stream.ask("good", "fine");
            assertThat(stream.await(1).get(0).value().getQueryId()).isEqualTo("good");
            assertThat(stream.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(header(letter, DeadLetterHandler.REASON_HEADER)).startsWith(reason);
                assertThat(header(letter, "__streams.errors.topic")).isEqualTo("queries");
                assertThat(header(letter, "__streams.errors.partition")).isEqualTo("0");
                assertThat(header(letter, "__streams.errors.offset")).isEqualTo("0");
                assertThat(header(letter, "__streams.errors.message")).isNotEmpty();
                assertThat(letter.key()).asString().isEqualTo("key");
            });
        }
    }

    static Stream<Arguments> badRows() {
        var key = new HeadKey("v1", "", "milk");
        return Stream.of(
                Arguments.of("NOT_CANONICAL", new HeadKey("v1", "", "Milk"), row()),
                Arguments.of("NOT_CANONICAL", new HeadKey("v1", "", ""), row()),
                Arguments.of("BAD_KEY", new HeadKey(" ", "", "milk"), row()),
                Arguments.of("BAD_KEY", new HeadKey("v1", "", "m".repeat(20_000)), row()),
                Arguments.of("BAD_SEGMENT", new HeadKey("v1", "a\tb", "milk"), row()),
                Arguments.of("NO_TAGS", key, row()),
                Arguments.of("BAD_TAGS", key, row(new Tag("", "milk", 0, 4, 1f))),
                Arguments.of("BAD_TAGS", key, row(new Tag("food", "milk", 0, 5, 1f))),
                Arguments.of("BAD_TAGS", key, row(new Tag("food", "milk", 2, 2, 1f))),
                Arguments.of("BAD_TAGS", key, row(new Tag("food", "milk", -1, 2, 1f))),
                Arguments.of("BAD_TAGS", key, row(new Tag("food", "milk", 0, 4, Float.NaN))),
                Arguments.of("ROW_TOO_LARGE", key, row(new Tag("food", "m".repeat(5_000), 0, 4, 1f))));
    }

    @ParameterizedTest
    @MethodSource("badRows")
    void badRowIsKeptWithItsReasonAndNeverServed(String reason, HeadKey key, HeadTags row) {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.activate("v1", START);
            stream.pipe(key, row);
            stream.ask("q1", "milk");
            assertThat(stream.await(1).get(0).value().getMissReason()).isNotNull();
            assertThat(stream.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(header(letter, DeadLetterHandler.REASON_HEADER)).startsWith(reason + ": ");
                assertThat(header(letter, "__streams.errors.topic")).isEqualTo("head-tags");
            });
            assertThat(stream.meters.total(MeterName.DEAD_LETTERS, RejectedRecordException.Rejection.valueOf(reason)))
                    .isOne();
        }
    }

    @Test
    void headersOfTheRecordAreKept() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.ask(new QueryEvent("", "milk", "", priority(), null), START, Map.of("trace", "abc"));
            assertThat(header(stream.deadLetters().get(0), "trace")).isEqualTo("abc");
        }
    }

    private static Arguments bad(String reason, Consumer<TestStream> ask) {
        return Arguments.of(reason, ask);
    }

    private static io.tagweir.avro.Priority priority() {
        return io.tagweir.avro.Priority.STANDARD;
    }
}
