package io.tagweir.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.avro.TaggedQuery;

/** An answer as JSON, its fields named as in the schema. */
public final class AnswerJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private AnswerJson() {}

    public static ObjectNode of(TaggedQuery answer) {
        var json = JSON.createObjectNode()
                .put("query_id", answer.getQueryId())
                .put("query", answer.getQuery())
                .put("canonical_query", answer.getCanonicalQuery())
                .put("segment", answer.getSegment());
        var tags = json.putArray("tags");
        for (var tag : answer.getTags()) {
            tags.addObject()
                    .put("label", tag.getLabel())
                    .put("value", tag.getValue())
                    .put("start", tag.getStart())
                    .put("end", tag.getEnd())
                    .put("score", tag.getScore());
        }
        return json.put("source", answer.getSource().name())
                .put(
                        "miss_reason",
                        answer.getMissReason() == null
                                ? null
                                : answer.getMissReason().name())
                .put("snapshot", answer.getSnapshot())
                .put("student", answer.getStudent())
                .put("detail", answer.getDetail())
                .put("event_time", answer.getEventTime().toString())
                .put("tagged_time", answer.getTaggedTime().toString());
    }
}
