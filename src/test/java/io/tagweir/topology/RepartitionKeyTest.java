package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RepartitionKeyTest {

    private static final String TOPIC = "queries-by-key";

    static Stream<byte[]> keys() {
        return Stream.of(
                null,
                new byte[0],
                new byte[] {0},
                new byte[] {0, 'T', 'K', 0},
                new byte[] {(byte) 0xff, (byte) 0xfe},
                "organic milk".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsRestoredAndIsNeverNullInBetween(byte[] key) {
        byte[] written = RepartitionKey.serde().serializer().serialize(TOPIC, new RepartitionKey(key));
        assertThat(written).isNotNull();
        assertThat(read(written)).isEqualTo(key);
    }

    @Test
    void keyThatAnEarlierReleaseWroteIsTakenAsItStands() {
        byte[] key = "organic milk".getBytes(StandardCharsets.UTF_8);
        assertThat(read(key)).isEqualTo(key);
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void formOfALaterReleaseIsRefused() {
        assertThatThrownBy(() -> read(new byte[] {0, 'T', 'K', 2}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("later release");
    }

    private static byte[] read(byte[] written) {
        return RepartitionKey.serde().deserializer().deserialize(TOPIC, written).bytes();
    }
}
