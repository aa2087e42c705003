package io.tagweir.snapshot.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.query.Words;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.tag.Bio;
import io.tagweir.tag.Bio.WordSpan;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of a snapshot as a line of a training set. Immutable.
 *
 * <p>{@link HeadRow} reads it back as the same row. It also has {@code tokens} and {@code labels} for the training, if
 * they can express its tags.
 *
 * @param text JSON, without a line feed
 * @param labelled whether it has {@code tokens} and {@code labels}
 */
record TrainingRow(QueryKey key, String text, boolean labelled) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static TrainingRow of(QueryKey key, HeadTags row) {
        var json = JSON.createObjectNode().put("query", key.canonical()).put("segment", key.segment());
        var tags = json.putArray("tags");
        for (var tag : row.getTags()) {
            tags.addObject()
                    .put("label", tag.getLabel())
                    .put("value", tag.getValue())
                    .put("start", tag.getStart())
                    .put("end", tag.getEnd())
                    .put("score", tag.getScore());
        }
        json.put("tagged_at", row.getTaggedAt().toString());
        json.put(
                "expires_at",
                row.getExpiresAt() == null ? null : row.getExpiresAt().toString());
        row.getDependsOn().forEach(json.putArray("depends_on")::add);
        var words = Words.of(key.canonical());
        var labels = labels(words, row.getTags());
        labels.ifPresent(all -> {
            words.list().forEach(json.putArray("tokens")::add);
            all.forEach(json.putArray("labels")::add);
        });
        try {
            return new TrainingRow(key, JSON.writeValueAsString(json), labels.isPresent());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can be written", e);
        }
    }

    /**
     * The BIO labels of the words of a canonical query; empty if they can't express the tags: a tag begins or ends
     * within a word, two tags share a word, or a word holds what other programs take for white space.
     */
    static Optional<List<String>> labels(Words words, List<Tag> tags) {
        if (words.text().chars().anyMatch(c -> c != ' ' && Character.isWhitespace(c))) {
            return Optional.empty();
        }
        var spans = new ArrayList<WordSpan>();
        for (var tag : tags) {
            int first = words.startingAt(tag.getStart());
            int last = words.endingAt(tag.getEnd());
            if (first < 0 || last < first) {
                return Optional.empty();
            }
            spans.add(new WordSpan(tag.getLabel(), first, last + 1));
        }
        return Bio.labels(words.count(), spans);
    }

    /** Reads back a line that {@link #of} has made. */
    static TrainingRow read(String text) throws IOException {
        try {
            var json = JsonValue.parse(text);
            var key = new QueryKey(json.at("segment").string(), json.at("query").string());
            return new TrainingRow(key, text, !json.at("tokens").isAbsent());
        } catch (InvalidInputException e) {
            throw new IOException("a line that was written is not what is read", e);
        }
    }
}
