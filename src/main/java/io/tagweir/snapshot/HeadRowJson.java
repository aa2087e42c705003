package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.Words;
import io.tagweir.tag.Bio;
import io.tagweir.text.BadText;
import io.tagweir.text.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the teacher's output as in its JSON object, with nothing checked but the types.
 *
 * @param query as written
 * @param tags offsets in code points of {@code query}
 * @param rest the row without its tags
 */
record HeadRowJson(String query, String segment, List<Tag> tags, HeadTags.Builder rest) {

    /** @param now the time of tagging, if the row has none */
    static HeadRowJson of(JsonValue row, Instant now) throws BadText {
        var tags = row.at("tags");
        var segment = row.at("segment").text("");
        var rest = HeadTags.newBuilder()
                .setTaggedAt(time(row.at("tagged_at"), now))
                .setExpiresAt(time(row.at("expires_at"), null))
                .setDependsOn(
                        row.at("depends_on").isAbsent()
                                ? List.of()
                                : row.at("depends_on").texts());
        if (tags.isAbsent() && !row.at("tokens").isAbsent()) {
            var words = Words.joined(row.at("tokens").texts());
            return new HeadRowJson(
                    words.text(), segment, tags(words, row.at("labels").texts()), rest);
        }
        String query = row.at("query").text();
        return new HeadRowJson(query, segment, tags.isAbsent() ? List.of() : spans(tags, query), rest);
    }

    private static List<Tag> spans(JsonValue tags, String query) throws BadText {
        int length = query.codePointCount(0, query.length());
        var spans = new ArrayList<Tag>();
        for (var tag : tags.items()) {
            String label = tag.at("label").text();
            int start = tag.at("start").integer();
            int end = tag.at("end").integer();
            double score = tag.at("score").number(1);
            HeadRow.check(label, start, end, score, length);
            int from = query.offsetByCodePoints(0, start);
            String text = query.substring(from, query.offsetByCodePoints(from, end - start));
            spans.add(new Tag(label, tag.at("value").text(text), start, end, (float) score));
        }
        return spans;
    }

    private static @Nullable Instant time(JsonValue time, @Nullable Instant absent) throws BadText {
        if (time.isAbsent()) {
            return absent;
        }
        try {
            var instant = Instant.parse(time.text());
            if (HeadRow.isInRange(instant)) {
                return instant;
            }
        } catch (DateTimeException e) {
            throw time.wrong("a time in ISO 8601, such as 2026-01-31T12:00:00Z,");
        }
        throw time.wrong("a time from " + HeadRow.EARLIEST + " to " + HeadRow.LATEST);
    }

    /** The tags of words with BIO labels. */
    private static List<Tag> tags(Words words, List<String> labels) throws BadText {
        if (labels.size() != words.count()) {
            throw new BadText(words.count() + " tokens and " + labels.size() + " labels");
        }
        for (String label : labels) {
            if (!Bio.isLabel(label)) {
                throw notBio(label);
            }
        }
        var tags = new ArrayList<Tag>();
        for (var span : Bio.spans(labels)) {
            if (!Bio.begins(labels.get(span.from()))) {
                throw notBio(labels.get(span.from()));
            }
            int last = span.to() - 1;
            String text = words.text(span.from(), last);
            tags.add(new Tag(span.label(), text, words.start(span.from()), words.end(last), 1f));
        }
        return tags;
    }

    private static BadText notBio(String label) {
        return new BadText("label " + label + " does not follow BIO");
    }
}
