package io.tagweir.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.JsonValue;
import java.io.IOException;

/**
 * A row of a snapshot as a line of a training set. Immutable.
 *
 * <p>{@link HeadRow} reads it back as the very same row; {@code tokens} and {@code labels}, which it has where they can
 * say what the tags say, are for those who train.
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
        var bio = Bio.of(key.canonical(), row.getTags());
        bio.ifPresent(words -> {
            words.tokens().forEach(json.putArray("tokens")::add);
            words.labels().forEach(json.putArray("labels")::add);
        });
        try {
            return new TrainingRow(key, JSON.writeValueAsString(json), bio.isPresent());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can be written", e);
        }
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
