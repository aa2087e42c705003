package io.tagweir.app;

import io.tagweir.snapshot.HeadRow;
import io.tagweir.text.BadText;
import io.tagweir.text.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields of the teacher's rows that mean nothing to us. They are no fault, as a teacher may keep notes of its own,
 * but they are told: a misspelt {@code expires_at} would else be missing in silence. Used by one thread.
 */
final class UnreadFields {

    private static final int MOST_TOLD = 20;

    private final Map<String, Long> rows = new TreeMap<>();

    /** Looks at a row that was read. */
    void look(JsonValue row) throws BadText {
        look("", row, HeadRow.FIELDS);
        if (!row.at("tags").isAbsent()) {
            for (var tag : row.at("tags").items()) {
                look("tags[].", tag, HeadRow.TAG_FIELDS);
            }
        }
    }

    private void look(String where, JsonValue object, Set<String> read) throws BadText {
        for (var field : object.names()) {
            if (!read.contains(field)) {
                add(where, field);
            }
        }
    }

    void add(String where, String field) {
        if (rows.size() < MOST_TOLD || rows.containsKey(where + field)) {
            rows.merge(where + field, 1L, Long::sum);
        }
    }

    /** A line for each of the first of them. */
    List<String> told() {
        return rows.entrySet().stream()
                .map(field -> "the field " + field.getKey() + ", found " + field.getValue() + " times, is not read"
                        + nearest(field.getKey()))
                .toList();
    }

    private static String nearest(String field) {
        int behind = field.lastIndexOf('.') + 1;
        return NearestName.of(field.substring(behind), behind > 0 ? HeadRow.TAG_FIELDS : HeadRow.FIELDS)
                .map(name -> "; did you mean " + field.substring(0, behind) + name + "?")
                .orElse("");
    }
}
