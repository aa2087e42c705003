package io.tagweir.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value in a JSON text from outside, read strictly: exactly one value in the text, no field twice, nothing taken for
 * another type than it has. Everything we read as JSON is read through this class. Immutable.
 *
 * <p>A value that is asked for as what it is not is refused with its path, what came and what is wanted, such as
 * {@code tags[0].start is "3"; a whole number is wanted}. A field that is {@code null} counts as absent.
 */
public final class JsonValue {

    private static final int MOST_NESTED = 64;
    private static final int MOST_SHOWN = 40;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_NESTED)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final JsonNode node;
    private final @Nullable JsonValue parent;
    private final String field;
    private final int index;

    /**
     * @param parent null: this is the whole text
     * @param field its name in an object; empty in an array
     * @param index its place in an array
     */
    private JsonValue(JsonNode node, @Nullable JsonValue parent, String field, int index) {
        this.node = node;
        this.parent = parent;
        this.field = field;
        this.index = index;
    }

    /** Reads a text that is one JSON value. */
    public static JsonValue parse(String text) throws InvalidInputException {
        boolean oneLine = text.indexOf('\n') < 0;
        try (var parser = MAPPER.createParser(text)) {
            JsonNode root = MAPPER.readTree(parser);
            if (root == null) {
                throw new InvalidInputException("there is nothing; JSON is wanted");
            }
            refuseMore(parser, oneLine);
            return new JsonValue(root, null, "", 0);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new InvalidInputException("not JSON: " + e.getOriginalMessage() + (at == null ? "" : ", " + place(at, oneLine)));
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be read", e);
        }
    }

    /** Reads a file that is one JSON value in UTF-8, with or without a byte order mark. */
    public static JsonValue read(Path file) throws IOException, InvalidInputException {
        byte[] bytes = Files.readAllBytes(file);
        return parse(new Utf8().decode(bytes, bytes.length));
    }

    private static void refuseMore(JsonParser parser, boolean oneLine) throws IOException, InvalidInputException {
        var end = parser.currentLocation();
        boolean more;
        try {
            more = parser.nextToken() != null;
        } catch (JsonProcessingException e) {
            more = true;
        }
        if (more) {
            throw new InvalidInputException("more text follows the JSON value, which ends " + place(end, oneLine)
                    + "; exactly one value is wanted");
        }
    }

    private static String place(JsonLocation at, boolean oneLine) {
        return (oneLine ? "before column " : "before line " + at.getLineNr() + ", column ") + at.getColumnNr();
    }

    /** A field of an object, which may be absent. */
    public JsonValue at(String field) throws InvalidInputException {
        require(node.isObject(), "an object");
        return new JsonValue(node.path(field), this, field, 0);
    }

    /** Whether there is no such value, or {@code null}. */
    public boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    public boolean isObject() {
        return node.isObject();
    }

    /** The values of an array. */
    public List<JsonValue> items() throws InvalidInputException {
        require(node.isArray(), "an array");
        var items = new ArrayList<JsonValue>(node.size());
        for (var item : node) {
            items.add(new JsonValue(item, this, "", items.size()));
        }
        return items;
    }

    /** The fields of an object; none where it is absent. */
    public Map<String, JsonValue> fields() throws InvalidInputException {
        var fields = new TreeMap<String, JsonValue>();
        if (!isAbsent()) {
            require(node.isObject(), "an object");
            for (var field : node.properties()) {
                wellFormed(field.getKey());
                fields.put(field.getKey(), new JsonValue(field.getValue(), this, field.getKey(), 0));
            }
        }
        return fields;
    }

    /** The names of an object's fields that are none of these, in order. */
    public SortedSet<String> unknown(Set<String> known) throws InvalidInputException {
        require(node.isObject(), "an object");
        var unknown = new TreeSet<String>();
        for (var name = node.fieldNames(); name.hasNext(); ) {
            var next = name.next();
            if (!known.contains(next)) {
                unknown.add(next);
            }
        }
        return unknown;
    }

    /** Refuses an object with a field that is none of these: it may be one of them misspelt. */
    public void requireKnown(Set<String> known) throws InvalidInputException {
        var unknown = unknown(known);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    at(unknown.first()).path() + " is unknown; known are " + String.join(", ", new TreeSet<>(known)));
        }
    }

    public String text() throws InvalidInputException {
        require(node.isTextual(), "a text");
        return wellFormed(node.textValue());
    }

    public String text(String absent) throws InvalidInputException {
        return isAbsent() ? absent : text();
    }

    /** The texts of an array. */
    public List<String> texts() throws InvalidInputException {
        require(node.isArray(), "an array of texts");
        var texts = new ArrayList<String>(node.size());
        for (var item : items()) {
            texts.add(item.text());
        }
        return texts;
    }

    /** A number without a fraction or an exponent, of 32 bits. */
    public int integer() throws InvalidInputException {
        require(node.isIntegralNumber(), "a whole number");
        require(node.canConvertToInt(), "a whole number of 32 bits");
        return node.intValue();
    }

    public int integer(int absent) throws InvalidInputException {
        return isAbsent() ? absent : integer();
    }

    /** Any number; one too large for a double is infinite. */
    public double number() throws InvalidInputException {
        require(node.isNumber(), "a number");
        return node.doubleValue();
    }

    public double number(double absent) throws InvalidInputException {
        return isAbsent() ? absent : number();
    }

    /** A refusal of this value, which says what is wanted in place of it. */
    public InvalidInputException wrong(String wanted) {
        return new InvalidInputException((node.isMissingNode() ? "there is no " + path() : path() + " is " + shown()) + "; " + wanted
                + " is wanted");
    }

    private void require(boolean met, String wanted) throws InvalidInputException {
        if (!met) {
            throw wrong(wanted);
        }
    }

    private String wellFormed(String text) throws InvalidInputException {
        var problem = WellFormed.problem(text);
        if (problem.isPresent()) {
            throw new InvalidInputException(path() + " " + problem.get());
        }
        return text;
    }

    /** Where it stands, such as {@code tags[0].start}. */
    private String path() {
        if (parent == null) {
            return "the JSON value";
        }
        var before = parent.parent == null ? "" : parent.path();
        return parent.node.isArray() ? before + "[" + index + "]" : before + (before.isEmpty() ? "" : ".") + field;
    }

    private String shown() {
        if (node.isContainerNode()) {
            return node.isArray() ? "an array" : "an object";
        }
        var text = node.toString();
        return text.codePointCount(0, text.length()) <= MOST_SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_SHOWN)) + "...";
    }
}
