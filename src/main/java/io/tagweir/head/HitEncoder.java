package io.tagweir.head;

import io.tagweir.avro.MissReason;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.query.Alignment;
import io.tagweir.query.QueryKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Encodes the answer to a hit, a {@code TaggedQuery} in wire format, by splicing in the stored bytes of its tags.
 *
 * <p>Building and encoding Avro objects is most of the cost of a hit. The tags were encoded once, when their row was
 * stored, so their bytes are copied between the other fields of {@code TaggedQuery}. The constructor verifies with two
 * sample answers, one of them stale, that the configured serializer writes exactly these bytes after a constant prefix
 * (in Confluent's format: a magic byte and the schema id). With any other serializer each answer goes through it.
 *
 * <p>Stored offsets refer to the canonical query. If the query was typed differently, the tags are decoded and their
 * offsets mapped to the typed text.
 *
 * <p>Owned by one stream thread: it reuses its buffer.
 */
public final class HitEncoder {

    /** Branches of the unions of {@code TaggedQuery}. */
    private static final int NULL = 0;

    private static final int PRESENT = 1;

    private final Serializer<TaggedQuery> serializer;
    private final String topic;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(buffer, null);
    private final byte[] prefix;
    private final boolean splices;

    public HitEncoder(Serializer<TaggedQuery> serializer, String topic) {
        this.serializer = serializer;
        this.topic = topic;
        var event = new QueryEvent("id", "quéry", "segment", Priority.STANDARD, null);
        var query = new IncomingQuery(event, new QueryKey("segment", "quéry"));
        var tags = List.of(new Tag("label", "välue", 1, 3, 0.5f));
        byte[] row = StoredTags.ofTags(tags);
        long then = 1_700_000_000_000L;
        byte[] expected = serializer.serialize(topic, answer(query, "snapshot", tags, false, then, 1));
        int prefixLength = expected.length - spliced(new byte[0], query, "snapshot", row, false, then, 1).length;
        prefix = Arrays.copyOf(expected, Math.max(0, prefixLength));
        splices = Arrays.equals(expected, spliced(prefix, query, "snapshot", row, false, then, 1))
                && Arrays.equals(
                        serializer.serialize(topic, answer(query, "snapshot", tags, true, then, 1)),
                        spliced(prefix, query, "snapshot", row, true, then, 1));
    }

    /** Whether stored bytes are spliced in; if not, answers go through the serializer. */
    boolean splices() {
        return splices;
    }

    /**
     * Encodes an answer.
     *
     * @param stored the row in the format of {@link StoredTags}
     * @param stale whether the answer is marked as STALE
     * @param eventTime milliseconds since the epoch, as is {@code taggedTime}
     */
    byte[] encode(IncomingQuery query, String snapshot, byte[] stored, boolean stale, long eventTime, long taggedTime) {
        String typed = query.event().getQuery();
        boolean sameOffsets = Alignment.isIdentity(typed, query.key().canonical());
        if (splices && sameOffsets) {
            return spliced(prefix, query, snapshot, stored, stale, eventTime, taggedTime);
        }
        var tags = StoredTags.tags(stored);
        if (!sameOffsets) {
            tags = mapped(tags, Alignment.of(typed));
        }
        return splices
                ? spliced(prefix, query, snapshot, StoredTags.ofTags(tags), stale, eventTime, taggedTime)
                : serializer.serialize(topic, answer(query, snapshot, tags, stale, eventTime, taggedTime));
    }

    private byte[] spliced(
            byte[] before,
            IncomingQuery query,
            String snapshot,
            byte[] stored,
            boolean stale,
            long eventTime,
            long taggedTime) {
        try {
            buffer.reset();
            buffer.write(before, 0, before.length);
            encoder.writeString(query.event().getQueryId());
            encoder.writeString(query.event().getQuery());
            encoder.writeString(query.key().canonical());
            encoder.writeString(query.event().getSegment());
            StoredTags.spliceTags(stored, encoder);
            encoder.writeEnum(Source.HEAD.ordinal());
            if (stale) {
                encoder.writeIndex(PRESENT);
                encoder.writeEnum(MissReason.STALE.ordinal());
            } else {
                encoder.writeIndex(NULL); // miss_reason
            }
            encoder.writeIndex(PRESENT);
            encoder.writeString(snapshot);
            encoder.writeIndex(NULL); // student
            encoder.writeIndex(NULL); // detail
            encoder.writeLong(eventTime);
            encoder.writeLong(taggedTime);
            encoder.flush();
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Tag> mapped(List<Tag> tags, Alignment alignment) {
        var mapped = new ArrayList<Tag>(tags.size());
        for (var tag : tags) {
            mapped.add(new Tag(
                    tag.getLabel(),
                    tag.getValue(),
                    alignment.typedStart(tag.getStart()),
                    alignment.typedEnd(tag.getEnd()),
                    tag.getScore()));
        }
        return mapped;
    }

    private static TaggedQuery answer(
            IncomingQuery query, String snapshot, List<Tag> tags, boolean stale, long eventTime, long taggedTime) {
        return TaggedQuery.newBuilder()
                .setQueryId(query.event().getQueryId())
                .setQuery(query.event().getQuery())
                .setCanonicalQuery(query.key().canonical())
                .setSegment(query.event().getSegment())
                .setTags(tags)
                .setSource(Source.HEAD)
                .setMissReason(stale ? MissReason.STALE : null)
                .setSnapshot(snapshot)
                .setEventTime(Instant.ofEpochMilli(eventTime))
                .setTaggedTime(Instant.ofEpochMilli(taggedTime))
                .build();
    }
}
