package io.tagweir.snapshot.publish;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TeacherRow;
import io.tagweir.query.Alignment;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import io.tagweir.text.WellFormed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One row of the teacher's output, validated and in canonical form.
 *
 * <p>Read from a {@link TeacherRow}, or from a JSON object in one of two shapes:
 *
 * <ul>
 *   <li>{@code {"query": …, "segment": …, "tags": [{"label", "value", "start", "end", "score"}], "tagged_at",
 *       "expires_at", "depends_on"}}: offsets are code points of {@code query}, times are ISO 8601. Required are query
 *       and tags, and label, start and end of each tag;
 *   <li>{@code {"tokens": […], "labels": […]}}: words with a BIO label each; ignored if there are tags.
 * </ul>
 *
 * @param tags offsets count in the canonical query
 */
public record HeadRow(QueryKey key, HeadTags tags) {

    /** The earliest and latest times of a row: those of 64 bits of milliseconds since 1970. */
    static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);

    static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    /** The fields of a JSON object that are read, and {@code example_id}, which labelled queries have. */
    public static final Set<String> FIELDS = Set.of(
            "query", "segment", "tags", "tagged_at", "expires_at", "depends_on", "tokens", "labels", "example_id");

    /** The fields of a tag in it. */
    public static final Set<String> TAG_FIELDS = Set.of("label", "value", "start", "end", "score");

    /** @throws IllegalArgumentException if a text is not well formed or a time is out of range */
    public HeadRow {
        wellFormed(key.segment(), "the segment");
        wellFormed(key.canonical(), "the query");
        for (var tag : tags.getTags()) {
            wellFormed(tag.getLabel(), "a label");
            wellFormed(tag.getValue(), "the value of tag " + tag.getLabel());
        }
        for (var entity : tags.getDependsOn()) {
            wellFormed(entity, "an entity of depends_on");
        }
        inRange(tags.getTaggedAt(), "tagged_at");
        if (tags.getExpiresAt() != null) {
            inRange(tags.getExpiresAt(), "expires_at");
        }
    }

    /**
     * Reads a row.
     *
     * @param now the time of tagging, if the row has none
     * @throws InvalidInputException if it is invalid
     */
    public static HeadRow of(JsonValue json, Instant now) throws InvalidInputException {
        var row = HeadRowJson.of(json, now);
        return of(row.query(), row.segment(), row.tags(), row.rest());
    }

    /**
     * Checks a row.
     *
     * @param now the time of tagging, if the row has none
     * @throws InvalidInputException if it is invalid
     */
    public static HeadRow of(TeacherRow row, Instant now) throws InvalidInputException {
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

    private static HeadRow of(String query, String segment, List<Tag> typed, HeadTags.Builder row)
            throws InvalidInputException {
        var key = key(segment, query);
        if (typed.isEmpty()) {
            throw new InvalidInputException("no tags");
        }
        var canonical = row.setTags(canonical(typed, query, key.canonical())).build();
        try {
            return new HeadRow(key, canonical);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()));
        }
    }

    private static QueryKey key(String segment, String query) throws InvalidInputException {
        String canonical = Normaliser.canonical(query);
        if (canonical.isEmpty()) {
            throw new InvalidInputException("the query is empty");
        }
        if (segment.indexOf('\t') >= 0) {
            throw new InvalidInputException("the segment holds a tab");
        }
        return new QueryKey(segment, canonical);
    }

    static void check(String label, int start, int end, double score, int length) throws InvalidInputException {
        if (label.isBlank()) {
            throw new InvalidInputException("a tag has no label");
        }
        if (start < 0 || end <= start || end > length) {
            throw new InvalidInputException("tag " + label + " runs from " + start + " to " + end + ", the query has "
                    + length + " code points");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new InvalidInputException(
                    "tag " + label + " has the score " + score + "; expected a number from 0 to 1");
        }
    }

    private static List<Tag> canonical(List<Tag> typed, String query, String canonical) throws InvalidInputException {
        if (Alignment.isIdentity(query, canonical)) {
            return typed;
        }
        var alignment = Alignment.of(query);
        var moved = new ArrayList<Tag>();
        for (var tag : typed) {
            var range = alignment.canonicalRange(tag.getStart(), tag.getEnd());
            if (range.isEmpty()) {
                throw new InvalidInputException("tag " + tag.getLabel() + " covers nothing of the canonical query");
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

    private static void wellFormed(String text, String what) {
        WellFormed.problem(text).ifPresent(problem -> {
            throw new IllegalArgumentException(what + " " + problem);
        });
    }

    /** Whether it fits into 64 bits of milliseconds since 1970. */
    static boolean isInRange(Instant instant) {
        return !instant.isBefore(EARLIEST) && !instant.isAfter(LATEST);
    }

    private static void inRange(Instant instant, String what) {
        if (!isInRange(instant)) {
            throw new IllegalArgumentException(
                    what + " is " + instant + "; expected a time from " + EARLIEST + " to " + LATEST);
        }
    }
}
