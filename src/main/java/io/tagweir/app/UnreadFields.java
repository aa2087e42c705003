package io.tagweir.app;

import io.tagweir.text.InvalidInputException;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.text.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields of the teacher's rows that mean nothing to us. They are no fault, as a teacher may keep notes of its own,
 * but they are reported, or a misspelt {@code expires_at} would be ignored in silence. Used by one thread.
 */
final class UnreadFields {

    private static final int MOST_TOLD = 20;
    private static final int MOST_LENGTH = 60;
    private static final String IN_TAG = "tags[].";

    private final Map<String, Long> rows = new TreeMap<>();

    /** Looks at a row that was read. */
    void look(JsonValue row) throws InvalidInputException {
        look("", row, HeadRow.FIELDS);
        if (!row.at("tags").isAbsent()) {
            for (var tag : row.at("tags").items()) {
                look(IN_TAG, tag, HeadRow.TAG_FIELDS);
            }
        }
    }

    private void look(String where, JsonValue object, Set<String> read) throws InvalidInputException {
        for (var field : object.unknown(read)) {
            add(where, field);
        }
    }

    /** @param where the object it stands in, with what parts them; empty for the row itself */
    void add(String where, String field) {
        var cut = field.length() <= MOST_LENGTH ? field : field.substring(0, MOST_LENGTH) + "...";
        var shown = where + cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        if (rows.size() < MOST_TOLD || rows.containsKey(shown)) {
            rows.merge(shown, 1L, Long::sum);
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
        int behind = field.startsWith(IN_TAG) ? IN_TAG.length() : 0;
        return NearestName.of(field.substring(behind), behind > 0 ? HeadRow.TAG_FIELDS : HeadRow.FIELDS)
                .map(name -> "; did you mean " + field.substring(0, behind) + name + "?")
                .orElse("");
    }
}
