package io.tagweir.student;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The external data files of an ONNX model. Finds them by parsing the model's protocol buffer for every tensor in its
 * graphs, in the graphs of node attributes and in its functions. Field numbers are those of {@code onnx.proto}.
 *
 * <p>Every {@code location} counts, also that of a tensor whose {@code data_location} is not external, so that no file
 * that ONNX Runtime reads is missed.
 */
final class ExternalData {

    /** Deepest nesting of messages; the limit of protocol buffer's own parsers. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_LOCATION = 4_096;

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private static final int KEY = 1;
    private static final int VALUE = 2;

    /** The messages that contain tensors, directly or not, with the fields that do. */
    private enum Message {
        MODEL,
        TRAINING,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        SPARSE_TENSOR,
        TENSOR,
        ENTRY;

        Map<Integer, Message> fields() {
            return switch (this) {
                case MODEL -> Map.of(7, GRAPH, 20, TRAINING, 25, FUNCTION);
                case TRAINING -> Map.of(1, GRAPH, 2, GRAPH);
                case GRAPH -> Map.of(1, NODE, 5, TENSOR, 15, SPARSE_TENSOR);
                case FUNCTION -> Map.of(7, NODE, 11, ATTRIBUTE);
                case NODE -> Map.of(5, ATTRIBUTE);
                case ATTRIBUTE ->
                    Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 22, SPARSE_TENSOR, 23, SPARSE_TENSOR);
                case SPARSE_TENSOR -> Map.of(1, TENSOR, 2, TENSOR);
                case TENSOR -> Map.of(13, ENTRY);
                case ENTRY -> Map.of();
            };
        }
    }

    private final InputStream in;
    private final SortedSet<String> locations = new TreeSet<>();
    private long at;

    private ExternalData(InputStream in) {
        this.in = in;
    }

    /**
     * The locations as written in the model, in alphabetical order.
     *
     * @throws IOException if the file can't be read or is not an ONNX model
     */
    static SortedSet<String> of(Path model) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(model))) {
            var parser = new ExternalData(in);
            parser.message(Message.MODEL, Files.size(model), 0);
            return parser.locations;
        } catch (EOFException e) {
            throw malformed("it ends in the middle of a field");
        }
    }

    private void message(Message message, long end, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw malformed("its messages are nested deeper than " + MAX_DEPTH + " levels");
        }
        String key = "";
        String value = "";
        while (at < end) {
            long tag = varint();
            int field = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case VARINT -> varint();
                case FIXED_64 -> skip(Long.BYTES, end);
                case FIXED_32 -> skip(Integer.BYTES, end);
                case BYTES -> {
                    long length = varint();
                    if (length < 0 || length > end - at) {
                        throw malformed("a field is longer than its message");
                    }
                    var inner = message.fields().get(field);
                    if (inner != null) {
                        message(inner, at + length, depth + 1);
                    } else if (message == Message.ENTRY && (field == KEY || field == VALUE)) {
                        String text = text(length);
                        key = field == KEY ? text : key;
                        value = field == VALUE ? text : value;
                    } else {
                        skip(length, end);
                    }
                }
                default -> throw malformed("it has a field of wire type " + (tag & 7));
            }
        }
        if (at > end) {
            throw malformed("a field is longer than its message");
        }
        if (message == Message.ENTRY && key.equals("location")) {
            locations.add(value);
        }
    }

    private String text(long length) throws IOException {
        if (length > MAX_LOCATION) {
            throw malformed("a file name has " + length + " bytes");
        }
        at += length;
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void skip(long length, long end) throws IOException {
        if (length > end - at) {
            throw malformed("a field is longer than its message");
        }
        at += length;
        in.skipNBytes(length);
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            at++;
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw malformed("it has a varint of more than ten bytes");
    }

    private static IOException malformed(String what) {
        return new IOException("it is not an ONNX model: " + what);
    }
}
