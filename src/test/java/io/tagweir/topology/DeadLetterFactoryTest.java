package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterFactoryTest {

    private static final int LIMIT = 16_384;
    private static final DeadLetterFactory LETTERS = new DeadLetterFactory("letters", LIMIT);
    private static final DeadLetterFactory.RecordOrigin ORIGIN =
            new DeadLetterFactory.RecordOrigin("queries", 3, 77, 1_000);

    @Test
    void recordThatFitsIsKeptInFull() {
        var letter =
                letter("key".getBytes(StandardCharsets.UTF_8), new byte[2_000], List.of(header("trace", 20)), "bad");
        assertThat(letter.key()).asString().isEqualTo("key");
        assertThat(letter.value()).hasSize(2_000);
        assertThat(letter.headers().lastHeader("trace").value()).hasSize(20);
        assertThat(letter.headers().lastHeader(DeadLetterFactory.CUT_HEADER)).isNull();
        assertThat(text(letter, "__streams.errors.stacktrace")).contains("DeadLetterFactoryTest");
    }

    @Test
    void missingKeyAndValueStayMissing() {
        var letter = letter(null, null, List.of(), "bad");
        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
    }

    @Test
    void valueIsCutToFitAndTheHeaderSaysSo() {
        var letter = letter(new byte[10], new byte[1_048_000], List.of(), "bad");
        assertThat(size(letter)).isLessThanOrEqualTo(LIMIT);
        assertThat(letter.value().length).isGreaterThan(LIMIT / 2);
        assertThat(text(letter, DeadLetterFactory.CUT_HEADER))
                .isEqualTo(
                        "not in this letter: the value after its first " + letter.value().length + " of 1048000 bytes");
        assertThat(text(letter, DeadLetterHandler.REASON_HEADER)).isEqualTo("REASON: bad");
        assertThat(text(letter, "__streams.errors.offset")).isEqualTo("77");
    }

    @Test
    void headerThatIsTooLargeIsLeftOutAndTheOthersStay() {
        var letter = letter(null, new byte[100], List.of(header("id", 5), header("huge", 900_000)), "bad");
        assertThat(letter.headers().lastHeader("id")).isNotNull();
        assertThat(letter.headers().lastHeader("huge")).isNull();
        assertThat(text(letter, DeadLetterFactory.CUT_HEADER)).contains("the header huge");
        assertThat(letter.value()).hasSize(100);
    }

    /** What a reason quotes may be as large as the record. */
    @Test
    void reasonThatQuotesTheWholeRecordIsTruncated() {
        var letter = letter(null, new byte[100], List.of(), "\u20ac".repeat(500_000));
        assertThat(size(letter)).isLessThanOrEqualTo(LIMIT);
        assertThat(text(letter, DeadLetterHandler.REASON_HEADER))
                .startsWith("REASON: \u20ac\u20ac")
                .hasSizeLessThan(1_100);
    }

    /** Whatever came, the letter fits. */
    @Test
    void letterNeverExceedsItsLimit() {
        var random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            var headers = new ArrayList<Header>();
            for (int header = random.nextInt(random.nextBoolean() ? 4 : 400); header > 0; header--) {
                headers.add(header("h" + header, random.nextInt(1 << random.nextInt(1, 15))));
            }
            var letter = letter(
                    random.nextInt(4) == 0 ? null : new byte[random.nextInt(1 << random.nextInt(1, 20))],
                    random.nextInt(4) == 0 ? null : new byte[random.nextInt(1 << random.nextInt(1, 20))],
                    headers,
                    "x".repeat(random.nextInt(1 << random.nextInt(1, 20))));
            assertThat(size(letter)).isLessThanOrEqualTo(LIMIT);
            assertThat(text(letter, DeadLetterHandler.REASON_HEADER)).startsWith("REASON: ");
        }
    }

    private static ProducerRecord<byte[], byte[]> letter(
            byte[] key, byte[] value, List<Header> headers, String message) {
        return LETTERS.of(key, value, new RecordHeaders(headers), "REASON", new IllegalStateException(message), ORIGIN);
    }

    private static Header header(String name, int bytes) {
        return new RecordHeader(name, new byte[bytes]);
    }

    private static String text(ProducerRecord<byte[], byte[]> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
    }

    private static long size(ProducerRecord<byte[], byte[]> letter) {
        long size =
                (letter.key() == null ? 0 : letter.key().length) + (letter.value() == null ? 0 : letter.value().length);
        for (var header : letter.headers()) {
            size += SizeLimitedSerde.size(header);
        }
        return size;
    }
}
