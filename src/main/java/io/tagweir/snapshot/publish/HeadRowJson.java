package io.tagweir.snapshot.publish;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.Words;
import io.tagweir.tag.Bio;
import io.tagweir.text.InvalidInputException;
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
            var words = Words.joined(row.at("tokens").strings());
            return new HeadRowJson(
                    words.text(), segment, tags(words, row.at("labels").strings()), rest);
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

    /** The tags of words with BIO labels. */
    private static List<Tag> tags(Words words, List<String> labels) throws InvalidInputException {
        if (labels.size() != words.count()) {
            throw new InvalidInputException(words.count() + " tokens and " + labels.size() + " labels");
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

    private static InvalidInputException notBio(String label) {
        return new InvalidInputException("label " + label + " does not follow BIO");
    }
}
