package io.tagweir.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value in a JSON text from outside, read strictly: one value per text, no duplicate fields, no conversion between
 * types. All JSON that users write is read through this class. Immutable.
 *
 * <p>A value of another type than the caller asks for is refused with its path, what was found and what was expected:
 * {@code tags[0].start is "3"; expected an integer}. A field that is {@code null} counts as absent.
 */
public final class JsonValue {

    private static final int MAX_NESTING = 64;
    private static final int MAX_SHOWN = 40;

    /** What Jackson's messages say about Jackson itself. */
    private static final Pattern PARSER_DETAILS =
            Pattern.compile("(, from|: enable) `[^`]*`( to allow)?| \\(not recognized as .*");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            // As a double, 1e-400 would be 0 and 1e400 infinite.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final JsonNode node;
    private final @Nullable JsonValue parent;
    private final String field;
    private final int index;

    /**
     * @param parent null for the value of the whole text
     * @param field its name in an object; empty in an array
     * @param index its place in an array
     */
    private JsonValue(JsonNode node, @Nullable JsonValue parent, String field, int index) {
        this.node = node;
        this.parent = parent;
        this.field = field;
        this.index = index;
    }

    /** Parses a text that is one JSON value. */
    public static JsonValue parse(String text) throws InvalidInputException {
        try (var parser = MAPPER.createParser(text)) {
            JsonNode root = MAPPER.readTree(parser);
            if (root == null) {
                throw new InvalidInputException("the text is empty; expected a JSON value");
            }
            requireEnd(parser, text);
            return new JsonValue(root, null, "", 0);
        } catch (JsonProcessingException e) {
            throw invalid(text, e.getLocation(), problem(e, text));
        } catch (NumberFormatException e) {
            // From BigDecimal, for an exponent of more than ten digits.
            throw new InvalidInputException("invalid JSON: a number is out of range");
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be read", e);
        }
    }

    /** Parses a file that is one JSON value in UTF-8, with or without a byte order mark. */
    public static JsonValue read(Path file) throws IOException, InvalidInputException {
        byte[] bytes = Files.readAllBytes(file);
        return parse(new Utf8().decode(bytes, bytes.length));
    }

    private static void requireEnd(JsonParser parser, String text) throws IOException, InvalidInputException {
        var end = parser.currentLocation();
        boolean more;
        try {
            more = parser.nextToken() != null;
        } catch (JsonProcessingException e) {
            more = true;
        }
        if (more) {
            throw invalid(text, end, "more text follows the value; expected exactly one value");
        }
    }

    private static String problem(JsonProcessingException e, String text) {
        if (text.indexOf('\0') >= 0) {
            return "it has NUL characters; expected UTF-8, not UTF-16";
        }
        if (e instanceof JsonEOFException) {
            return "it ends too early";
        }
        var message = PARSER_DETAILS
                .matcher(e.getOriginalMessage())
                .replaceAll("")
                .replaceAll("\\(JSON String,.*\\)", "a JSON value")
                .replace("((CTRL-CHAR, code ", "((code ");
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    /** @param at where the parser stopped, at or after the problem; null if it did not say */
    private static InvalidInputException invalid(String text, @Nullable JsonLocation at, String problem) {
        var place = at == null
                ? ""
                : (text.indexOf('\n') < 0 ? " near column " : " near line " + at.getLineNr() + ", column ")
                        + at.getColumnNr();
        return new InvalidInputException("invalid JSON" + place + ": " + problem);
    }

    /** A field of an object, which may be absent. */
    public JsonValue at(String field) throws InvalidInputException {
        require(node.isObject(), "an object");
        return new JsonValue(node.path(field), this, field, 0);
    }

    /** Whether the value is missing or {@code null}. */
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

    /** The fields of an object by name; none if it is absent. */
    public SortedMap<String, JsonValue> fields() throws InvalidInputException {
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

    /** The names of an object's fields that are not in {@code known}. */
    public SortedSet<String> unknown(Set<String> known) throws InvalidInputException {
        require(node.isObject(), "an object");
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        return unknown;
    }

    /** Refuses an object with a field that is not in {@code known}: it may be a misspelling. */
    public void requireKnown(Set<String> known) throws InvalidInputException {
        var unknown = unknown(known);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(at(unknown.first()).path() + " is an unknown field; expected one of "
                    + String.join(", ", new TreeSet<>(known)));
        }
    }

    public String string() throws InvalidInputException {
        require(node.isTextual(), "a string");
        return wellFormed(node.textValue());
    }

    public String string(String absent) throws InvalidInputException {
        return isAbsent() ? absent : string();
    }

    /** The strings of an array. */
    public List<String> strings() throws InvalidInputException {
        require(node.isArray(), "an array of strings");
        var strings = new ArrayList<String>(node.size());
        for (var item : items()) {
            strings.add(item.string());
        }
        return strings;
    }

    /** A 32-bit number written without a fraction or an exponent. */
    public int integer() throws InvalidInputException {
        require(node.isIntegralNumber(), "an integer");
        require(node.canConvertToInt(), "a 32-bit integer");
        return node.intValue();
    }

    public int integer(int absent) throws InvalidInputException {
        return isAbsent() ? absent : integer();
    }

    /** Any number that a double can hold, rounded to the nearest. */
    public double number() throws InvalidInputException {
        require(node.isNumber(), "a number");
        double number = node.doubleValue();
        boolean underflows = number == 0 && node.decimalValue().signum() != 0;
        require(Double.isFinite(number) && !underflows, "a number in the range of a double");
        return number;
    }

    public double number(double absent) throws InvalidInputException {
        return isAbsent() ? absent : number();
    }

    /** The refusal of this value, with what was expected in its place. */
    public InvalidInputException invalid(String expected) {
        return new InvalidInputException(
                path() + (node.isMissingNode() ? " is missing" : " is " + shown()) + "; expected " + expected);
    }

    private void require(boolean met, String expected) throws InvalidInputException {
        if (!met) {
            throw invalid(expected);
        }
    }

    private String wellFormed(String text) throws InvalidInputException {
        var problem = WellFormed.problem(text);
        if (problem.isPresent()) {
            throw new InvalidInputException(path() + " " + problem.get());
        }
        return text;
    }

    /** Its place in the text, such as {@code tags[0].start}. */
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
        if (node.isBigDecimal() && text.indexOf('.') < 0 && text.indexOf('E') < 0) {
            text += ".0"; // 4e0, which is not an integer here, must not look like one.
        }
        return text.codePointCount(0, text.length()) <= MAX_SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN)) + "...";
    }
}
