package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.QueryEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Schemas and bodies made to take the reader down. Each ends in a {@link SerializationException}, which Kafka's
 * handlers keep as a dead letter; an {@link Error} would go past them, and an endless loop would hold the stream
 * thread.
 */
class HostileSchemasTest {

    /** Far more than any takes, even on a busy machine; unbounded ones take minutes, hours or for ever. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Bytes that refusing a record may allocate, its schema's parsing included. */
    private static final long MOST_ALLOCATED = 256L << 20;

    private static final String QUERY =
            "{\"name\":\"query_id\",\"type\":\"string\"},{\"name\":\"query\",\"type\":\"string\"}";

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private int lastId;

    @AfterEach
    void close() {
        registry.close();
    }

    /** A body of the fields that a test adds, behind those of a good query. */
    interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    static List<Arguments> hostile() {
        var cases = new ArrayList<Arguments>();
        // A list that links to itself, 300,000 links long.
        cases.add(hostile("levels", extra(link("N")), out -> {
            for (int i = 0; i < 300_000; i++) {
                out.writeIndex(1);
            }
            out.writeIndex(0);
        }));
        // A tree of arrays, as deep.
        cases.add(hostile("levels", extra("""
                {"type":"record","name":"T","fields":[{"name":"c","type":{"type":"array","items":"T"}}]}"""), out -> {
            for (int i = 0; i < 300_000; i++) {
                out.writeLong(1);
            }
        }));
        cases.add(hostile("levels", extra("""
                {"type":"record","name":"T","fields":[{"name":"c","type":{"type":"map","values":"T"}}]}"""), out -> {
            for (int i = 0; i < 300_000; i++) {
                out.writeLong(1);
                out.writeString("");
            }
        }));
        // Elements of no bytes, in one block of a huge count, in many blocks, and in arrays of arrays.
        for (var nothing : List.of(
                "\"null\"",
                "{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":0}",
                "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"n\",\"type\":\"null\"}]}")) {
            for (long count : new long[] {8_000_000, Integer.MAX_VALUE - 8, Long.MAX_VALUE}) {
                cases.add(hostile("", extra("{\"type\":\"array\",\"items\":" + nothing + "}"), out -> {
                    out.writeLong(count);
                    out.writeLong(0);
                }));
            }
            cases.add(hostile("values", extra("{\"type\":\"array\",\"items\":" + nothing + "}"), out -> {
                for (int i = 0; i < 2_000; i++) {
                    out.writeLong(8_000_000);
                }
                out.writeLong(0);
            }));
        }
        cases.add(hostile("values", extra("""
                {"type":"array","items":{"type":"array","items":"null"}}"""), out -> {
            out.writeLong(10_000);
            for (int i = 0; i < 10_000; i++) {
                out.writeLong(1_000_000);
                out.writeLong(0);
            }
            out.writeLong(0);
        }));
        // A record that holds itself holds no bytes and never ends.
        cases.add(hostile("is endless", extra("""
                {"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"""), out -> {}));
        // Sixty records, each of two of the one before: 2^60 values of no bytes.
        cases.add(hostile("values", extra(doubled(60, "null")), out -> {}));
        cases.add(hostile("values", extra("{\"type\":\"array\",\"items\":" + doubled(60, "null") + "}"), out -> {
            out.writeLong(1);
            out.writeLong(0);
        }));
        cases.add(hostile(
                "values",
                extra("{\"type\":\"array\",\"items\":" + doubled(60, "null") + "}"),
                out -> out.writeLong(0)));
        // A byte an element, and a thousand values of none.
        var wide = IntStream.range(0, 1_000)
                .mapToObj(i -> "{\"name\":\"n" + i + "\",\"type\":\"null\"}")
                .collect(Collectors.joining(","));
        cases.add(hostile(
                "values",
                extra("{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"W\",\"fields\":[" + wide
                        + ",{\"name\":\"b\",\"type\":\"boolean\"}]}}"),
                out -> {
                    out.writeLong(1_000_000);
                    for (int i = 0; i < 1_000_000; i++) {
                        out.writeBoolean(true);
                    }
                    out.writeLong(0);
                }));
        // Lengths that nothing stands behind.
        for (var type : List.of("\"string\"", "\"bytes\"")) {
            for (long length : new long[] {1 << 20, Integer.MAX_VALUE - 8, Long.MAX_VALUE}) {
                cases.add(hostile("", extra(type), out -> out.writeLong(length)));
            }
        }
        for (var items : List.of("\"string\"", "\"null\"")) {
            for (long count : new long[] {-1, -8_000_000, -(1L << 40), Long.MIN_VALUE}) {
                cases.add(hostile("", extra("{\"type\":\"array\",\"items\":" + items + "}"), out -> {
                    out.writeLong(count);
                    out.writeLong(-1);
                }));
            }
        }
        cases.add(hostile("", extra("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483647}"), out -> {}));
        cases.add(hostile("", extra("[\"null\",\"int\"]"), out -> out.writeInt(77)));
        // Long ways from one type to the next, each short in itself.
        for (int length : new int[] {200, 400, 600, 800, 10_000}) {
            cases.add(hostile("", "[" + flat(length, "[\"null\",%s]") + "," + extra("\"C0\"") + "]", out -> {}));
            cases.add(hostile("", unionOf(length), out -> {
                for (int i = 0; i < length; i++) {
                    out.writeIndex(1);
                }
            }));
        }
        // Schemas that are hard to parse.
        cases.add(hostile(
                "",
                extra("{\"type\":\"array\",\"items\":".repeat(100_000) + "\"null\"" + "}".repeat(100_000)),
                out -> {}));
        cases.add(hostile(
                "",
                extra("[\"null\",{\"type\":\"array\",\"items\":".repeat(300) + "\"null\"" + "}]".repeat(300)),
                out -> {
                    for (int i = 0; i < 299; i++) {
                        out.writeIndex(1);
                        out.writeLong(1);
                    }
                }));
        cases.add(hostile("", "[".repeat(100_000), out -> {}));
        cases.add(hostile("", "[[\"null\"]]", out -> {}));
        cases.add(hostile("", extra(chain(10_000)), out -> {}));
        cases.add(hostile("", "[" + flat(10_000, "%s") + "," + extra("\"C0\"") + "]", out -> {}));
        cases.add(hostile(
                "",
                extra("\"string\"").replace("}]}", "}]," + "\"x\":\"" + "y".repeat(20_000_000) + "\"}"),
                out -> {}));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void recordIsRefusedInBoundedTimeAndMemory(String reason, String schema, Body body) throws IOException {
        var bytes = bytes(schema, body);
        var reader = reader();
        for (int i = 0; i < 2; i++) {
            var refusal = onAStreamThread(() -> refusal(reader, bytes));
            assertThat(refusal).doesNotStartWith("read as").contains(reason).hasSizeLessThan(1_000);
        }
    }

    /** What a short record may be made of and still be read. */
    @Test
    void deepAndEmptyPartsWithinReasonArePassedOver() throws IOException {
        assertThat(read(extra(link("N")), out -> {
                    for (int i = 0; i < 100; i++) {
                        out.writeIndex(1);
                    }
                    out.writeIndex(0);
                }))
                .isEqualTo("milk");
        assertThat(read(extra("{\"type\":\"array\",\"items\":\"null\"}"), out -> {
                    out.writeLong(10_000);
                    out.writeLong(0);
                }))
                .isEqualTo("milk");
        assertThat(read(extra(doubled(8, "int")), out -> {
                    for (int i = 0; i < 256; i++) {
                        out.writeInt(i);
                    }
                }))
                .isEqualTo("milk");
    }

    private String read(String schema, Body body) throws IOException {
        return reader().deserialize("queries", bytes(schema, body)).getQuery();
    }

    private byte[] bytes(String schema, Body body) throws IOException {
        registry.plant(++lastId, new ObjectMapper().writeValueAsString(Map.of("schema", schema)));
        var bytes = new ByteArrayOutputStream();
        bytes.write(WireFormat.header(lastId));
        var out = EncoderFactory.get().binaryEncoder(bytes, null);
        out.writeString("q-1");
        out.writeString("milk");
        body.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private Deserializer<QueryEvent> reader() {
        return new WireSerdes(registry.config()).value(QueryEvent.class).deserializer();
    }

    private static String refusal(Deserializer<QueryEvent> reader, byte[] bytes) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            return "read as " + reader.deserialize("queries", bytes);
        } catch (SerializationException refused) {
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            return allocated < MOST_ALLOCATED ? String.valueOf(refused.getMessage()) : "took bytes: " + allocated;
        }
    }

    /** On a thread of its own, with the stack that Kafka Streams' threads have. */
    private static String onAStreamThread(Callable<String> work) {
        return assertTimeoutPreemptively(LIMIT, () -> {
            var result = new java.util.concurrent.FutureTask<>(work);
            var thread = new Thread(null, result, "stream", 1 << 20);
            thread.setDaemon(true);
            thread.start();
            return result.get();
        });
    }

    private static Arguments hostile(String reason, String schema, Body body) {
        return Arguments.of(reason, schema, body);
    }

    private static String extra(String type) {
        return "{\"type\":\"record\",\"name\":\"QueryEvent\",\"namespace\":\"io.tagweir.avro\",\"fields\":[" + QUERY
                + ",{\"name\":\"extra\",\"type\":" + type + "}]}";
    }

    private static String link(String name) {
        return "{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\""
                + name + "\"]}]}";
    }

    /** Records of two of the one before, the first of two of {@code leaf}. */
    private static String doubled(int times, String leaf) {
        var type = "\"" + leaf + "\"";
        for (int i = 0; i < times; i++) {
            var second = i == 0 ? type : "\"D" + (i - 1) + "\"";
            type = "{\"type\":\"record\",\"name\":\"D" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":" + type
                    + "},{\"name\":\"b\",\"type\":" + second + "}]}";
        }
        return type;
    }

    /** Records, each inside the one before. */
    private static String chain(int length) {
        return IntStream.range(0, length)
                        .mapToObj(i ->
                                "{\"type\":\"record\",\"name\":\"C" + i + "\",\"fields\":[{\"name\":\"c\",\"type\":")
                        .collect(Collectors.joining())
                + "\"null\"" + "}]}".repeat(length);
    }

    /** The same, side by side: each names the next. */
    private static String flat(int length, String link) {
        return IntStream.range(0, length)
                .mapToObj(i -> "{\"type\":\"record\",\"name\":\"io.tagweir.avro.C" + i
                        + "\",\"fields\":[{\"name\":\"c\",\"type\":"
                        + (i == length - 1 ? "\"int\"" : link.formatted("\"io.tagweir.avro.C" + (i + 1) + "\""))
                        + "}]}")
                .collect(Collectors.joining(","));
    }

    /**
     * A query whose extra field is of the first of many types, each an option of the one before and defined elsewhere.
     */
    private static String unionOf(int length) {
        var types = "{\"name\":\"types\",\"type\":[\"null\"," + flat(length, "[\"null\",%s]") + "]}";
        return extra("\"C0\"").replace("{\"name\":\"extra\"", types + ",{\"name\":\"extra\"");
    }
}
