package io.tagweir.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TeacherRow;
import io.tagweir.query.Alignment;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the teacher's output, validated and in canonical form, ready to be published.
 *
 * <p>Read from a {@link TeacherRow}, or from a JSON object in one of two shapes:
 *
 * <ul>
 *   <li>{@code {"query": …, "segment": …, "tags": [{"label", "value", "start", "end", "score"}], "tagged_at",
 *       "expires_at", "depends_on"}}: offsets are code points of {@code query} as it stands there, times ISO 8601; all
 *       but query and tags may be absent, of a tag label, start and end must be there;
 *   <li>{@code {"tokens": […], "labels": […]}}: words with a BIO label each; not looked at where there are tags.
 * </ul>
 *
 * @param tags offsets count in the canonical query
 */
public record HeadRow(QueryKey key, HeadTags tags) {

    /** Why a row can't be published; fit to be shown with the line it stands in. */
    public static final class BadRow extends Exception {

        private static final long serialVersionUID = 1L;

        public BadRow(String message) {
            super(message);
        }
    }

    /** @param now when the teacher tagged it, where the row does not say */
    public static HeadRow of(JsonNode json, Instant now) throws BadRow {
        if (!json.isObject()) {
            throw new BadRow("not a JSON object");
        }
        boolean bio = json.has("tokens") && !json.hasNonNull("tags");
        String query = bio ? words(json).text : json.path("query").asText("");
        return of(
                query,
                json.path("segment").asText(""),
                bio ? bio(json) : spans(json.path("tags"), query),
                HeadTags.newBuilder()
                        .setTaggedAt(time(json, "tagged_at", now))
                        .setExpiresAt(time(json, "expires_at", null))
                        .setDependsOn(texts(json.path("depends_on"))));
    }

    /** @param now when the teacher tagged it, where the row does not say */
    public static HeadRow of(TeacherRow row, Instant now) throws BadRow {
        int length = row.getQuery().codePointCount(0, row.getQuery().length());
        for (var tag : row.getTags()) {
            check(tag.getLabel(), tag.getStart(), tag.getEnd(), tag.getScore(), length);
        }
        return of(
                row.getQuery(),
                row.getSegment(),
                row.getTags(),
                HeadTags.newBuilder()
                        .setTaggedAt(row.getTaggedAt() == null ? now : row.getTaggedAt())
                        .setExpiresAt(row.getExpiresAt())
                        .setDependsOn(row.getDependsOn()));
    }

    private static HeadRow of(String query, String segment, List<Tag> typed, HeadTags.Builder row) throws BadRow {
        var key = key(segment, query);
        if (typed.isEmpty()) {
            throw new BadRow("no tags");
        }
        return new HeadRow(
                key, row.setTags(canonical(typed, query, key.canonical())).build());
    }

    private static QueryKey key(String segment, String query) throws BadRow {
        String canonical = Normaliser.canonical(query);
        if (canonical.isEmpty()) {
            throw new BadRow("the query is empty");
        }
        if (segment.indexOf('\t') >= 0) {
            throw new BadRow("the segment holds a tab");
        }
        return new QueryKey(segment, canonical);
    }

    private static List<Tag> spans(JsonNode tags, String query) throws BadRow {
        int length = query.codePointCount(0, query.length());
        var spans = new ArrayList<Tag>();
        for (var tag : tags) {
            String label = tag.path("label").asText("");
            int start = tag.path("start").asInt(-1);
            int end = tag.path("end").asInt(-1);
            double score = tag.path("score").asDouble(1);
            check(label, start, end, score, length);
            int from = query.offsetByCodePoints(0, start);
            String text = query.substring(from, query.offsetByCodePoints(from, end - start));
            spans.add(new Tag(label, tag.path("value").asText(text), start, end, (float) score));
        }
        return spans;
    }

    private static void check(String label, int start, int end, double score, int length) throws BadRow {
        if (label.isBlank()) {
            throw new BadRow("a tag has no label");
        }
        if (start < 0 || end <= start || end > length) {
            throw new BadRow("tag " + label + " runs from " + start + " to " + end + ", the query has " + length
                    + " code points");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new BadRow("tag " + label + " has the score " + score);
        }
    }

    private static List<Tag> bio(JsonNode json) throws BadRow {
        var words = words(json);
        var labels = texts(json.path("labels"));
        if (labels.size() != words.starts.size()) {
            throw new BadRow(words.starts.size() + " tokens and " + labels.size() + " labels");
        }
        var tags = new ArrayList<Tag>();
        for (int i = 0; i < labels.size(); ) {
            String label = labels.get(i);
            if (label.equals("O")) {
                i++;
                continue;
            }
            if (!label.startsWith("B-") || label.length() == 2) {
                throw new BadRow("label " + label + " does not follow BIO");
            }
            String name = label.substring(2);
            int last = i + 1;
            while (last < labels.size() && labels.get(last).equals("I-" + name)) {
                last++;
            }
            tags.add(words.tag(name, i, last));
            i = last;
        }
        return tags;
    }

    /** Tokens joined by a space, and where each begins and ends, in code points. */
    private record Words(String text, List<Integer> starts, List<Integer> ends) {

        Tag tag(String label, int first, int past) {
            int start = starts.get(first);
            int end = ends.get(past - 1);
            int from = text.offsetByCodePoints(0, start);
            return new Tag(label, text.substring(from, text.offsetByCodePoints(from, end - start)), start, end, 1f);
        }
    }

    private static Words words(JsonNode json) {
        var text = new StringBuilder();
        var starts = new ArrayList<Integer>();
        var ends = new ArrayList<Integer>();
        for (String token : texts(json.path("tokens"))) {
            if (text.length() > 0) {
                text.append(' ');
            }
            starts.add(text.codePointCount(0, text.length()));
            text.append(token);
            ends.add(text.codePointCount(0, text.length()));
        }
        return new Words(text.toString(), starts, ends);
    }

    private static List<Tag> canonical(List<Tag> typed, String query, String canonical) throws BadRow {
        if (Alignment.isIdentity(query, canonical)) {
            return typed;
        }
        var alignment = Alignment.of(query);
        var moved = new ArrayList<Tag>();
        for (var tag : typed) {
            var range = alignment.canonicalRange(tag.getStart(), tag.getEnd());
            if (range.isEmpty()) {
                throw new BadRow("tag " + tag.getLabel() + " covers nothing that is left of the query");
            }
            moved.add(new Tag(
                    tag.getLabel(),
                    tag.getValue(),
                    range.get().start(),
                    range.get().end(),
                    tag.getScore()));
        }
        return moved;
    }

    private static @Nullable Instant time(JsonNode json, String field, @Nullable Instant absent) throws BadRow {
        if (!json.hasNonNull(field)) {
            return absent;
        }
        try {
            return Instant.parse(json.get(field).asText());
        } catch (DateTimeException e) {
            throw new BadRow(
                    field + " is not an ISO 8601 time: " + json.get(field).asText());
        }
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
