package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.Response;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteFailureHandlerTest {

    private final Meters meters = new Meters(new SimpleMeterRegistry());

    static Stream<Exception> refusals() {
        return Stream.of(new RecordTooLargeException("too large"), new InvalidTimestampException("too old"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedAnswerBecomesADeadLetterAndTheStreamContinues(Exception refusal) {
        var response = handle("at_least_once", "tagged-queries", refusal);
        assertThat(response.result()).isEqualTo(Result.RESUME);
        assertThat(response.deadLetterQueueRecords()).singleElement().satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo("letters");
            assertThat(letter.value()).asString().isEqualTo("value");
            assertThat(letter.timestamp())
                    .as("what the broker may refuse again")
                    .isNull();
            assertThat(new String(
                            letter.headers()
                                    .lastHeader(DeadLetterHandler.REASON_HEADER)
                                    .value(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("WRITE_REFUSED: " + refusal.getMessage());
        });
        assertThat(meters.total(MeterName.DEAD_LETTERS, WriteFailureHandler.WriteFailure.WRITE_REFUSED))
                .isOne();
    }

    static Stream<Arguments> fatal() {
        return Stream.of(
                // A crash would lose what the changelog lacks.
                Arguments.of("at_least_once", "app-ledger-changelog", new RecordTooLargeException("too large")),
                Arguments.of("at_least_once", "letters", new RecordTooLargeException("too large")),
                // The transaction is lost with the record.
                Arguments.of("exactly_once_v2", "tagged-queries", new RecordTooLargeException("too large")),
                Arguments.of("at_least_once", "tagged-queries", new UnknownServerException("not the record's fault")));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void applicationStopsWhereGoingOnWouldLoseAQuery(String guarantee, String topic, Exception refusal) {
        var response = handle(guarantee, topic, refusal);
        assertThat(response.result()).isEqualTo(Result.FAIL);
        assertThat(response.deadLetterQueueRecords()).isEmpty();
        assertThat(meters.total(MeterName.DEAD_LETTERS, WriteFailureHandler.WriteFailure.WRITE_REFUSED))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void whatMaySucceedLaterIsTriedAgain(String guarantee) {
        assertThat(handle(guarantee, "tagged-queries", new TimeoutException("slow"))
                        .result())
                .isEqualTo(Result.RETRY);
    }

    @Test
    void recordOfTheDeadLettersIsNoLetterOfItself() {
        assertThat(handle("at_least_once", "letters", new InvalidTimestampException("no"))
                        .result())
                .isEqualTo(Result.FAIL);
    }

    private Response handle(String guarantee, String topic, Exception refusal) {
        var handler = new WriteFailureHandler();
        handler.configure(Map.of(
                StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
                "letters",
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                guarantee,
                RecordLimits.CONFIG,
                RecordLimits.defaults(),
                DeadLetterHandler.METERS_CONFIG,
                meters));
        var record = new ProducerRecord<>(
                topic, null, 5L, "key".getBytes(StandardCharsets.UTF_8), "value".getBytes(StandardCharsets.UTF_8));
        return handler.handleError(null, record, refusal);
    }
}
