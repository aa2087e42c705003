package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever bytes stand on a topic, reading them gives a record or a {@link SerializationException}, nothing else. */
class RubbishTest {

    static final List<SpecificRecord> RECORDS = Examples.ALL;

    /** Bytes a thread may allocate over one bad record: generous, and far below what a forged length asks for. */
    private static final long MOST_ALLOCATED = 1 << 20;

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final Serde<SpecificRecord> serde = new AvroSerde<>();

    @AfterEach
    void close() {
        registry.close();
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void everyTruncationIsRefused(SpecificRecord record) {
        var whole = bytes(record);
        for (int length = 0; length < whole.length; length++) {
            assertThat(isRecord(Arrays.copyOf(whole, length)))
                    .as("first %d of %d bytes", length, whole.length)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void everyChangedByteIsReadOrRefused(SpecificRecord record) {
        var whole = bytes(record);
        for (int at = WireFormat.HEADER; at < whole.length; at++) {
            for (int value = 0; value < 256; value++) {
                var changed = whole.clone();
                changed[at] = (byte) value;
                isRecord(changed);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void randomBodiesAreReadOrRefused(SpecificRecord record) {
        var random = new Random(record.getSchema().getName().hashCode());
        var header = Arrays.copyOf(bytes(record), WireFormat.HEADER);
        for (int i = 0; i < 5_000; i++) {
            var body = new byte[random.nextInt(80)];
            random.nextBytes(body);
            if (i % 2 == 0) {
                // Small bytes are small lengths: they lead deeper into a record.
                for (int at = 0; at < body.length; at++) {
                    body[at] &= 0x0f;
                }
            }
            var rubbish = Arrays.copyOf(header, header.length + body.length);
            System.arraycopy(body, 0, rubbish, header.length, body.length);
            isRecord(rubbish);
        }
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void forgedLengthsAllocateNothing(SpecificRecord record) throws IOException {
        var whole = bytes(record);
        for (long length : new long[] {
            50_000, 500_000_000, Integer.MAX_VALUE - 9, 1L << 40, -1, -500_000_000, -(1L << 62), Long.MIN_VALUE
        }) {
            var forged = new ByteArrayOutputStream();
            EncoderFactory.get().directBinaryEncoder(forged, null).writeLong(length);
            for (int at = WireFormat.HEADER; at < whole.length; at++) {
                var bytes = Arrays.copyOf(whole, whole.length + forged.size());
                System.arraycopy(forged.toByteArray(), 0, bytes, at, forged.size());
                System.arraycopy(whole, at, bytes, at + forged.size(), whole.length - at);
                isRecord(bytes);
            }
        }
    }

    private byte[] bytes(SpecificRecord record) {
        serde.configure(registry.config(), false);
        var bytes = serde.serializer().serialize("queries", record);
        assertThat(serde.deserializer().deserialize("queries", bytes)).isEqualTo(record);
        return bytes;
    }

    private boolean isRecord(byte[] bytes) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            return serde.deserializer().deserialize("queries", bytes) != null;
        } catch (SerializationException refused) {
            return false;
        } catch (Throwable other) {
            return fail("not a SerializationException for " + Arrays.toString(bytes), other);
        } finally {
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
        }
    }
}
