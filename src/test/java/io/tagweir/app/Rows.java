package io.tagweir.app;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows of a head, as a teacher writes them. */
final class Rows {

    private Rows() {}

    /** A row that tags the whole query. */
    static HeadRow row(String label, String query) {
        return row("", label, query, null);
    }

    static HeadRow row(String segment, String label, String query, @Nullable Instant expiresAt, String... dependsOn) {
        var tag = new Tag(label, query, 0, query.codePointCount(0, query.length()), 1f);
        var tags = HeadTags.newBuilder()
                .setTags(List.of(tag))
                .setTaggedAt(Instant.EPOCH)
                .setExpiresAt(expiresAt)
                .setDependsOn(List.of(dependsOn))
                .build();
        return new HeadRow(new QueryKey(segment, query), tags);
    }

    /** {@code prefix 0}, {@code prefix 1} and so on. */
    static List<String> queries(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + ' ' + i).toList();
    }

    /** A line of a teacher's file: one tag from code point {@code start} to {@code end}. */
    static String json(String query, String label, int start, int end) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":" + start + ",\"end\":"
                + end + "}],\"tagged_at\":\"2026-03-01T00:00:00Z\"}";
    }
}
