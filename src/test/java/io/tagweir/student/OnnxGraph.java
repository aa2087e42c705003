package io.tagweir.student;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes small ONNX models for the cases that no real model shows: protocol buffer by hand, field numbers from
 * {@code onnx.proto}.
 */
final class OnnxGraph {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Logits {@code log(limit - id)}, the same for each of {@code labels}: not a number for an id above the limit. */
    static byte[] logOfDistance(float limit, int labels, List<String> inputs) {
        var graph = new OnnxGraph()
                .message(
                        1,
                        node("Cast", "x", "input_ids")
                                .message(5, attribute("to", 2).number(3, FLOAT)))
                .message(1, node("Sub", "d", "limit", "x"))
                .message(1, node("Log", "l", "d"))
                .message(
                        1,
                        node("Unsqueeze", "u", "l")
                                .message(5, attribute("axes", 7).number(8, 2)))
                .message(1, concat(labels))
                .text(2, "distance")
                .message(5, new OnnxGraph().number(2, FLOAT).floats(4, limit).text(8, "limit"));
        inputs.forEach(input -> graph.message(11, value(input, INT64, 2)));
        graph.message(12, value("logits", FLOAT, 3));
        return model(graph);
    }

    /** The model of {@link #logOfDistance} with its limit in four bytes of a file next to it. */
    static byte[] limitOutside(String location, int labels) {
        return model(new OnnxGraph()
                .message(
                        1,
                        node("Cast", "x", "input_ids")
                                .message(5, attribute("to", 2).number(3, FLOAT)))
                .message(1, node("Sub", "d", "limit", "x"))
                .message(1, node("Log", "l", "d"))
                .message(
                        1,
                        node("Unsqueeze", "u", "l")
                                .message(5, attribute("axes", 7).number(8, 2)))
                .message(1, concat(labels))
                .text(2, "outside")
                .message(5, outside("limit", location))
                .message(11, value("input_ids", INT64, 2))
                .message(12, value("logits", FLOAT, 3)));
    }

    /** No model that runs: one tensor in each place that {@code onnx.proto} has for them, in a file named after it. */
    static byte[] outsideEverywhere() {
        var branch = new OnnxGraph().message(5, outside("a", "branch.bin"));
        var sparse = new OnnxGraph().message(1, outside("v", "values.bin")).message(2, outside("i", "indices.bin"));
        var node = node("If", "y", "x")
                .message(5, attribute("then_branch", 5).message(6, branch))
                .message(5, attribute("value", 4).message(5, outside("t", "attribute.bin")))
                .message(5, attribute("many", 9).message(10, outside("t", "attributes.bin")))
                .message(
                        5,
                        attribute("graphs", 10).message(11, new OnnxGraph().message(5, outside("b", "branches.bin"))))
                .message(5, attribute("sparse", 11).message(22, sparse));
        var graph = new OnnxGraph()
                .message(1, node)
                .message(5, outside("w", "initializer.bin"))
                .message(15, new OnnxGraph().message(1, outside("s", "sparse.bin")));
        var function = new OnnxGraph()
                .message(
                        7,
                        node("Constant", "c")
                                .message(5, attribute("value", 4).message(5, outside("f", "function.bin"))));
        return new OnnxGraph()
                .number(1, 8)
                .message(7, graph)
                .message(25, function)
                .out
                .toByteArray();
    }

    /** A float that is in a file. */
    private static OnnxGraph outside(String name, String location) {
        return new OnnxGraph()
                .number(2, FLOAT)
                .text(8, name)
                .message(13, new OnnxGraph().text(1, "location").text(2, location))
                .message(13, new OnnxGraph().text(1, "length").text(2, "4"))
                .number(14, 1);
    }

    /** Finite logits, but for an id above the limit it asks for half a pebibyte, which no process can have. */
    static byte[] hungryAbove(long limit, int labels) {
        return model(new OnnxGraph()
                .message(1, node("Greater", "above", "input_ids", "limit"))
                .message(
                        1,
                        node("Cast", "flags", "above")
                                .message(5, attribute("to", 2).number(3, INT64)))
                .message(
                        1,
                        node("ReduceMax", "any", "flags")
                                .message(5, attribute("keepdims", 2).number(3, 0)))
                .message(1, node("Mul", "more", "any", "huge"))
                .message(1, node("Add", "count", "more", "one"))
                .message(
                        1,
                        node("Unsqueeze", "shape", "count")
                                .message(5, attribute("axes", 7).number(8, 0)))
                .message(1, node("ConstantOfShape", "zeros", "shape"))
                .message(
                        1,
                        node("ReduceSum", "zero", "zeros")
                                .message(5, attribute("keepdims", 2).number(3, 0)))
                .message(
                        1,
                        node("Cast", "x", "input_ids")
                                .message(5, attribute("to", 2).number(3, FLOAT)))
                .message(1, node("Add", "sum", "x", "zero"))
                .message(
                        1,
                        node("Unsqueeze", "u", "sum")
                                .message(5, attribute("axes", 7).number(8, 2)))
                .message(1, concat(labels))
                .text(2, "hungry")
                .message(5, scalar("limit", limit))
                .message(5, scalar("huge", 1L << 47))
                .message(5, scalar("one", 1))
                .message(11, value("input_ids", INT64, 2))
                .message(12, value("logits", FLOAT, 3)));
    }

    private static OnnxGraph scalar(String name, long value) {
        return new OnnxGraph().number(2, INT64).number(7, value).text(8, name);
    }

    /** A model whose only output is the ids themselves, as floats {@code [batch, sequence]}. */
    static byte[] withoutLabels() {
        return model(new OnnxGraph()
                .message(
                        1,
                        node("Cast", "logits", "input_ids")
                                .message(5, attribute("to", 2).number(3, FLOAT)))
                .text(2, "flat")
                .message(11, value("input_ids", INT64, 2))
                .message(12, value("logits", FLOAT, 2)));
    }

    private static byte[] model(OnnxGraph graph) {
        return new OnnxGraph()
                .number(1, 6)
                .message(7, graph)
                .message(8, new OnnxGraph().number(2, 11))
                .out
                .toByteArray();
    }

    private static OnnxGraph concat(int copies) {
        var inputs = new String[copies];
        Arrays.fill(inputs, "u");
        return node("Concat", "logits", inputs).message(5, attribute("axis", 2).number(3, 2));
    }

    private static OnnxGraph node(String operator, String output, String... inputs) {
        var node = new OnnxGraph();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, operator);
    }

    private static OnnxGraph attribute(String name, int type) {
        return new OnnxGraph().text(1, name).number(20, type);
    }

    private static OnnxGraph value(String name, int elementType, int dimensions) {
        var shape = new OnnxGraph();
        for (int dimension = 0; dimension < dimensions; dimension++) {
            shape.message(1, new OnnxGraph().text(2, name + dimension));
        }
        var tensor = new OnnxGraph().number(1, elementType).message(2, shape);
        return new OnnxGraph().text(1, name).message(2, new OnnxGraph().message(1, tensor));
    }

    private OnnxGraph message(int field, OnnxGraph message) {
        return bytes(field, message.out.toByteArray());
    }

    private OnnxGraph text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxGraph floats(int field, float value) {
        return bytes(
                field,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(value)
                        .array());
    }

    private OnnxGraph number(int field, long value) {
        variable((long) field << 3);
        variable(value);
        return this;
    }

    private OnnxGraph bytes(int field, byte[] bytes) {
        variable(((long) field << 3) | 2);
        variable(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private void variable(long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
