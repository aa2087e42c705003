package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the teacher's output as it stands in a JSON object, its types checked and nothing else.
 *
 * @param query as written
 * @param tags offsets in code points of {@code query}
 * @param rest all but the tags
 */
record HeadRowJson(String query, String segment, List<Tag> tags, HeadTags.Builder rest) {

    /** @param now when the teacher tagged it, where the row does not say */
    static HeadRowJson of(JsonValue row, Instant now) throws InvalidInputException {
        var tags = row.at("tags");
        var segment = row.at("segment").string("");
        var rest = HeadTags.newBuilder()
                .setTaggedAt(time(row.at("tagged_at"), now))
                .setExpiresAt(time(row.at("expires_at"), null))
                .setDependsOn(
                        row.at("depends_on").isAbsent()
                                ? List.of()
                                : row.at("depends_on").strings());
        if (tags.isAbsent() && !row.at("tokens").isAbsent()) {
            var words = Words.of(row.at("tokens").strings());
            return new HeadRowJson(
                    words.text, segment, words.tags(row.at("labels").strings()), rest);
        }
        String query = row.at("query").string();
        return new HeadRowJson(query, segment, tags.isAbsent() ? List.of() : spans(tags, query), rest);
    }

    private static List<Tag> spans(JsonValue tags, String query) throws InvalidInputException {
        int length = query.codePointCount(0, query.length());
        var spans = new ArrayList<Tag>();
        for (var tag : tags.items()) {
            String label = tag.at("label").string();
            int start = tag.at("start").integer();
            int end = tag.at("end").integer();
            double score = tag.at("score").number(1);
            HeadRow.check(label, start, end, score, length);
            int from = query.offsetByCodePoints(0, start);
            String text = query.substring(from, query.offsetByCodePoints(from, end - start));
            spans.add(new Tag(label, tag.at("value").string(text), start, end, (float) score));
        }
        return spans;
    }

    private static @Nullable Instant time(JsonValue time, @Nullable Instant absent) throws InvalidInputException {
        if (time.isAbsent()) {
            return absent;
        }
        try {
            var instant = Instant.parse(time.string());
            if (HeadRow.isInRange(instant)) {
                return instant;
            }
        } catch (DateTimeException e) {
            throw time.invalid("a time in ISO 8601, such as 2026-01-31T12:00:00Z");
        }
        throw time.invalid("a time from " + HeadRow.EARLIEST + " to " + HeadRow.LATEST);
    }

    /** Tokens joined by a space, and where each begins and ends, in code points. */
    private record Words(String text, List<Integer> starts, List<Integer> ends) {

        static Words of(List<String> tokens) {
            var text = new StringBuilder();
            var starts = new ArrayList<Integer>();
            var ends = new ArrayList<Integer>();
            int length = 0;
            for (String token : tokens) {
                if (!starts.isEmpty()) {
                    text.append(' ');
                    length++;
                }
                starts.add(length);
                text.append(token);
                length += token.codePointCount(0, token.length());
                ends.add(length);
            }
            return new Words(text.toString(), starts, ends);
        }

        /** The spans of BIO labels, one label a word. */
        List<Tag> tags(List<String> labels) throws InvalidInputException {
            if (labels.size() != starts.size()) {
                throw new InvalidInputException(starts.size() + " tokens and " + labels.size() + " labels");
            }
            var tags = new ArrayList<Tag>();
            for (int i = 0; i < labels.size(); ) {
                String label = labels.get(i);
                if (label.equals("O")) {
                    i++;
                    continue;
                }
                if (!label.startsWith("B-") || label.length() == 2) {
                    throw new InvalidInputException("label " + label + " does not follow BIO");
                }
                String name = label.substring(2);
                int past = i + 1;
                while (past < labels.size() && labels.get(past).equals("I-" + name)) {
                    past++;
                }
                tags.add(tag(name, i, past));
                i = past;
            }
            return tags;
        }

        private Tag tag(String label, int first, int past) {
            int start = starts.get(first);
            int end = ends.get(past - 1);
            int from = text.offsetByCodePoints(0, start);
            return new Tag(label, text.substring(from, text.offsetByCodePoints(from, end - start)), start, end, 1f);
        }
    }
}
