package io.tagweir.app.snapshot;

import io.tagweir.app.settings.NearestName;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the unknown fields of the teacher's rows. They are valid, because a teacher may add its own fields, but are
 * reported: a misspelt {@code expires_at} must not be ignored silently. Used by one thread.
 */
final class UnreadFields {

    private static final int MAX_FIELDS = 20;
    private static final int MAX_LENGTH = 60;
    private static final String IN_TAG = "tags[].";

    private final Map<String, Long> rows = new TreeMap<>();

    /** Checks a row. */
    void check(JsonValue row) throws InvalidInputException {
        check("", row, HeadRow.FIELDS);
        if (!row.at("tags").isAbsent()) {
            for (var tag : row.at("tags").items()) {
                check(IN_TAG, tag, HeadRow.TAG_FIELDS);
            }
        }
    }

    private void check(String where, JsonValue object, Set<String> read) throws InvalidInputException {
        for (var field : object.unknown(read)) {
            add(where, field);
        }
    }

    /** @param where path of its object with the separator; empty for the row itself */
    void add(String where, String field) {
        var cut = field.length() <= MAX_LENGTH ? field : field.substring(0, MAX_LENGTH) + "...";
        var shown = where + cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        if (rows.size() < MAX_FIELDS || rows.containsKey(shown)) {
            rows.merge(shown, 1L, Long::sum);
        }
    }

    /** One line per field. */
    List<String> report() {
        return rows.entrySet().stream()
                .map(field -> "the field " + field.getKey() + " (" + field.getValue()
                        + " times) is unknown and was ignored" + nearest(field.getKey()))
                .toList();
    }

    private static String nearest(String field) {
        int prefix = field.startsWith(IN_TAG) ? IN_TAG.length() : 0;
        return NearestName.of(field.substring(prefix), prefix > 0 ? HeadRow.TAG_FIELDS : HeadRow.FIELDS)
                .map(name -> "; did you mean " + field.substring(0, prefix) + name + "?")
                .orElse("");
    }
}
