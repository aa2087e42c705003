package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas that other writers register: their records are read, or refused with a reason. */
class WriterSchemasTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "{\"name\":\"query_id\",\"type\":\"string\"}";
    private static final String QUERY = "{\"name\":\"query\",\"type\":\"string\"}";
    private static final QueryEvent MILK = new QueryEvent("q-1", "milk", "", Priority.STANDARD, null);

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private int lastId = 100;

    @AfterEach
    void close() {
        registry.close();
    }

    interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    static List<Arguments> readable() {
        return List.of(
                Arguments.of(
                        "a default that does not fit",
                        event(ID, QUERY, "{\"name\":\"note\",\"type\":\"string\",\"default\":null}"),
                        body(out -> out.writeString("n"))),
                Arguments.of(
                        "a default of a part that does not fit",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":\"int\"},\"default\":[\"x\"]}"),
                        body(out -> out.writeLong(0))),
                Arguments.of(
                        "a default of an enum that is none of its symbols",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]},\"default\":\"Z\"}"),
                        body(out -> out.writeEnum(0))),
                Arguments.of(
                        "names with dashes and other signs",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"user-agent\",\"type\":{\"type\":\"record\",\"name\":\"User-Agent\",\"namespace\":\"com.my-shop.1\",\"fields\":[{\"name\":\"1st\",\"type\":\"int\"}]}}"),
                        body(out -> out.writeInt(7))),
                Arguments.of(
                        "aliases, of whatever name",
                        event("{\"name\":\"query_id\",\"type\":\"string\",\"aliases\":[\"query\",\"i-d\"]}", QUERY),
                        body(out -> {})),
                Arguments.of(
                        "logical types that are unknown or misplaced",
                        event(
                                "{\"name\":\"query_id\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}}",
                                "{\"name\":\"query\",\"type\":{\"type\":\"string\",\"logicalType\":\"com.shop.text\"}}",
                                "{\"name\":\"price\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":-3}}"),
                        body(out -> out.writeBytes(new byte[2]))),
                Arguments.of(
                        "properties that name classes",
                        event(
                                "{\"name\":\"query_id\",\"type\":{\"type\":\"string\",\"java-class\":\"java.io.File\"}}",
                                QUERY),
                        body(out -> {})),
                Arguments.of(
                        "text in bytes", event("{\"name\":\"query_id\",\"type\":\"bytes\"}", QUERY), body(out -> {})),
                Arguments.of(
                        "unions with the expected type and others",
                        event(ID, "{\"name\":\"query\",\"type\":[\"null\",\"int\",\"string\"]}"),
                        (Body) out -> {
                            out.writeString("q-1");
                            out.writeIndex(2);
                            out.writeString("milk");
                        }),
                Arguments.of("fields in another order, and fewer", event(QUERY, ID), (Body) out -> {
                    out.writeString("milk");
                    out.writeString("q-1");
                }),
                Arguments.of(
                        "an enum in another order",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"priority\",\"type\":{\"type\":\"enum\",\"name\":\"Priority\",\"symbols\":[\"BACKGROUND\",\"STANDARD\"]}}"),
                        body(out -> out.writeEnum(1))),
                Arguments.of(
                        "an enum of a symbol that we don't know",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"priority\",\"type\":{\"type\":\"enum\",\"name\":\"Priority\",\"symbols\":[\"STANDARD\",\"URGENT\"]}}"),
                        body(out -> out.writeEnum(1))),
                Arguments.of(
                        "types that are named before they are defined",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"a\",\"type\":[\"null\",\"Later\"]}",
                                "{\"name\":\"b\",\"type\":{\"type\":\"fixed\",\"name\":\"Later\",\"size\":2}}"),
                        body(out -> {
                            out.writeIndex(0);
                            out.writeFixed(new byte[2]);
                        })),
                Arguments.of(
                        "a schema of two hundred fields",
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"f\",\"type\":\"int\"},"
                                                .replace("\"f\"", "\"f%d\"")
                                                .repeat(200)
                                                .formatted(java.util.stream.IntStream.range(0, 200)
                                                        .boxed()
                                                        .toArray())
                                        + "{\"name\":\"last\",\"type\":\"int\"}"),
                        body(out -> {
                            for (int i = 0; i < 201; i++) {
                                out.writeInt(i);
                            }
                        })));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readable")
    void recordIsReadThoughItsSchemaHas(String what, String schema, Body body) throws IOException {
        assertThat(read(QueryEvent.class, schema, body)).isEqualTo(MILK);
    }

    static List<Arguments> refused() {
        return List.of(
                Arguments.of("of JSON", answer("{}", "JSON"), "is of type JSON; expected AVRO"),
                Arguments.of(
                        "of Protobuf",
                        answer("syntax = \"proto3\";", "PROTOBUF"),
                        "is of type PROTOBUF; expected AVRO"),
                Arguments.of("that is none", answer("not a schema", null), "is not a valid Avro schema: "),
                Arguments.of("that is empty", answer("", null), "is not a valid Avro schema: "),
                Arguments.of("that is not there", "{}", "is not a valid Avro schema: "),
                Arguments.of("that is a number", "{\"schema\":7}", "is not a valid Avro schema: "),
                Arguments.of(
                        "with a field named twice", answer(event(ID, ID, QUERY), null), "is not a valid Avro schema: "),
                Arguments.of(
                        "with a type that is nowhere",
                        answer(event(ID, QUERY, "{\"name\":\"x\",\"type\":\"Nowhere\"}"), null),
                        "is not a valid Avro schema: "),
                Arguments.of(
                        "with an order that is none",
                        answer(event(ID, "{\"name\":\"query\",\"type\":\"string\",\"order\":\"sideways\"}"), null),
                        "is not a valid Avro schema: "),
                Arguments.of(
                        "with a number for a name",
                        answer(event(ID, QUERY, "{\"name\":7,\"type\":\"int\"}"), null),
                        "is not a valid Avro schema: "),
                Arguments.of(
                        "of another record",
                        answer("{\"type\":\"record\",\"name\":\"" + "x".repeat(5_000) + "\",\"fields\":[]}", null),
                        "the record is of type xxx"),
                Arguments.of(
                        "of many records",
                        answer("[" + event(ID, QUERY) + "]", null),
                        "is of type UNION; expected a record"),
                Arguments.of("without what we need", answer(event(QUERY), null), "missing required field query_id"),
                Arguments.of(
                        "too long to be one", answer(event(ID, QUERY) + " ".repeat(9 << 20), null), "is too large: "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void recordIsRefusedWithAReasonWhereTheSchemaIs(String what, String answer, String reason) {
        registry.plant(++lastId, answer);
        var reader = new WireSerdes(registry.config()).value(QueryEvent.class).deserializer();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> reader.deserialize("queries", WireFormat.header(lastId)))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining(reason)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
        }
        assertThat(registry.asked()).hasSize(1);
    }

    static List<Arguments> unreadable() {
        return List.of(
                Arguments.of(
                        event(ID, "{\"name\":\"query\",\"type\":[\"null\",\"string\"]}"),
                        (Body) out -> {
                            out.writeString("q-1");
                            out.writeIndex(0);
                        },
                        "Found null, expecting string"),
                Arguments.of(event(ID, "{\"name\":\"query\",\"type\":\"int\"}"), body(out -> {}), "string"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void recordIsRefusedWhereItsValuesDoNotGoIntoOurs(String schema, Body body, String reason) {
        assertThatThrownBy(() -> read(QueryEvent.class, schema, body))
                .isInstanceOf(SerializationException.class)
                .hasMessageContainingAll("is malformed before byte ", reason);
    }

    @Test
    void schemasAreReferredToThoughDeletedOrInACircle() throws IOException {
        var inner =
                JSON.createObjectNode().put("schema", "{\"type\":\"enum\",\"name\":\"a.Inner\",\"symbols\":[\"X\"]}");
        refer(inner, "a.Inner", "inner");
        var outer = JSON.createObjectNode().put("schema", event(ID, QUERY, "{\"name\":\"in\",\"type\":\"a.Inner\"}"));
        refer(outer, "a.Inner", "inner");
        registry.next(200, outer.toString()).next(200, inner.toString());
        var bytes = bytes(100, body(out -> out.writeEnum(0)));
        assertThat(deserialize(QueryEvent.class, bytes)).isEqualTo(MILK);
        assertThat(registry.asked()).extracting(ScriptedRegistry.Asked::query).containsExactly(null, "deleted=true");
    }

    @Test
    void schemaThatRefersToWhatIsNotThereIsRefused() {
        for (int code : new int[] {40401, 40402, 40403}) {
            var outer =
                    JSON.createObjectNode().put("schema", event(ID, QUERY, "{\"name\":\"in\",\"type\":\"a.Inner\"}"));
            refer(outer, "a.Inner", "in/ner");
            registry.next(200, outer.toString()).next(404, "{\"error_code\":" + code + ",\"message\":\"gone\"}");
            assertThatThrownBy(() -> deserialize(QueryEvent.class, bytes(code, body(out -> out.writeEnum(0)))))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContainingAll("refers to version 3 of in/ner, which does not exist", "gone");
        }
    }

    @Test
    void outageWhileAReferenceIsReadIsNoBadRecord() {
        var outer = JSON.createObjectNode().put("schema", event(ID, QUERY, "{\"name\":\"in\",\"type\":\"a.Inner\"}"));
        refer(outer, "a.Inner", "inner");
        registry.next(200, outer.toString()).next(401, "");
        assertThatThrownBy(() -> deserialize(QueryEvent.class, bytes(9, body(out -> {}))))
                .isInstanceOf(SchemaRejectedException.class)
                .hasMessageContaining("requires credentials");
    }

    @Test
    void textThatIsNotWellFormedIsRefusedWhereverItGoes() throws IOException {
        var illFormed = List.of(
                new byte[] {(byte) 0xff},
                new byte[] {'a', (byte) 0xc3},
                new byte[] {(byte) 0xc0, (byte) 0x80},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80});
        for (var text : illFormed) {
            for (var type : List.of("string", "bytes")) {
                var schema = event("{\"name\":\"query_id\",\"type\":\"" + type + "\"}", QUERY);
                assertThatThrownBy(() -> read(QueryEvent.class, schema, out -> {
                            out.writeBytes(text);
                            out.writeString("milk");
                        }))
                        .isInstanceOf(SerializationException.class)
                        .hasMessageContaining("query_id is not valid UTF-8");
            }
            assertThatThrownBy(
                            () -> read(HeadTags.class, HeadTags.getClassSchema().toString(), out -> {
                                out.writeLong(1);
                                out.writeString("food");
                                out.writeBytes(text);
                                out.writeInt(0);
                                out.writeInt(4);
                                out.writeFloat(1);
                                out.writeLong(0);
                                out.writeLong(0);
                                out.writeIndex(0);
                                out.writeLong(0);
                            }))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("value is not valid UTF-8");
        }
    }

    @Test
    void replacementCharacterThatWasWrittenIsRead() throws IOException {
        var mangled = new QueryEvent("q-\uFFFD", "m\uFFFDlk \uD83E\uDDE5", "", Priority.STANDARD, null);
        assertThat(read(
                        QueryEvent.class,
                        event(
                                ID,
                                QUERY,
                                "{\"name\":\"raw\",\"type\":\"bytes\"}",
                                "{\"name\":\"s\",\"type\":\"string\"}"),
                        out -> {
                            out.writeString(mangled.getQueryId());
                            out.writeString(mangled.getQuery());
                            out.writeBytes(new byte[] {(byte) 0xff});
                            out.writeBytes(new byte[] {(byte) 0xff});
                        }))
                .as("what nobody reads may be anything")
                .isEqualTo(mangled);
        var tags = new HeadTags(List.of(new Tag("l", "\uFFFD", 0, 1, 1f)), Instant.EPOCH, null, List.of("\uFFFD"));
        var serde = new WireSerdes(registry.config()).value(HeadTags.class);
        assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", tags)))
                .isEqualTo(tags);
    }

    @Test
    void ourOwnSchemasAreReadWithoutALookFirst() {
        assertThat(Examples.ALL).allMatch(record -> SchemaComplexity.isSimple(record.getSchema()));
    }

    private <T extends SpecificRecord> T read(Class<T> type, String schema, Body body) throws IOException {
        registry.plant(++lastId, answer(schema, null));
        return deserialize(type, bytes(lastId, body));
    }

    private <T extends SpecificRecord> T deserialize(Class<T> type, byte[] bytes) {
        return new WireSerdes(registry.config()).value(type).deserializer().deserialize("queries", bytes);
    }

    private static byte[] bytes(int id, Body body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(WireFormat.header(id));
        var out = EncoderFactory.get().binaryEncoder(bytes, null);
        body.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Id and query, then what the test adds. */
    private static Body body(Body more) {
        return out -> {
            out.writeString("q-1");
            out.writeString("milk");
            more.write(out);
        };
    }

    private static String answer(String schema, String type) {
        var answer = JSON.createObjectNode().put("schema", schema);
        return (type == null ? answer : answer.put("schemaType", type)).toString();
    }

    private static String event(String... fields) {
        return "{\"type\":\"record\",\"name\":\"QueryEvent\",\"namespace\":\"io.tagweir.avro\",\"fields\":["
                + String.join(",", fields) + "]}";
    }

    private static void refer(ObjectNode schema, String name, String subject) {
        schema.putArray("references")
                .addObject()
                .put("name", name)
                .put("subject", subject)
                .put("version", 3);
    }
}
