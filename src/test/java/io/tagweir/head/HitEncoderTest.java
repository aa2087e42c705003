package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HitEncoderTest {

    private static final SingleObjectSerde<TaggedQuery> SERDE = new SingleObjectSerde<>(TaggedQuery.getClassSchema());

    /** Puts its mark at the end, as no splicing could know. */
    private static final Serializer<TaggedQuery> ODD = (topic, answer) -> {
        byte[] bytes = SERDE.serializer().serialize(topic, answer);
        byte[] marked = Arrays.copyOf(bytes, bytes.length + 1);
        marked[bytes.length] = 42;
        return marked;
    };

    @ParameterizedTest
    @ValueSource(strings = {"crème brûlée", "Crème  Brûlée", "plain", "PLAIN", "🧀 Ｘ", ""})
    void splicedAnswerIsTheSerializersOwn(String typed) {
        var spliced = new HitEncoder(SERDE.serializer(), "tagged");
        var plain = new HitEncoder(ODD, "tagged");
        assertThat(spliced.splices()).isTrue();
        assertThat(plain.splices()).isFalse();

        byte[] row = row(typed);
        byte[] fast = spliced.encode(query(typed), "v1", row, 5, 7);
        byte[] slow = plain.encode(query(typed), "v1", row, 5, 7);
        assertThat(fast).isEqualTo(Arrays.copyOf(slow, slow.length - 1));
    }

    @Test
    void answerOutlivesTheNextOne() {
        var encoder = new HitEncoder(SERDE.serializer(), "tagged");
        byte[] first = encoder.encode(query("one"), "v1", row("one"), 5, 7);
        byte[] copy = first.clone();
        encoder.encode(query("another"), "v1", row("another"), 5, 7);
        assertThat(first).isEqualTo(copy);
    }

    @Test
    void rowComesBackWholeFromItsStoredForm() {
        var row = HeadTags.newBuilder()
                .setTags(List.of(new Tag("a", "ä", 0, 1, 0.25f), new Tag("b", "", 1, 2, 1f)))
                .setTaggedAt(Instant.ofEpochMilli(1))
                .setExpiresAt(Instant.ofEpochMilli(2))
                .setDependsOn(List.of("e1"))
                .build();
        assertThat(StoredTags.row(StoredTags.of(row))).isEqualTo(row);
        assertThat(StoredTags.tags(StoredTags.of(row))).isEqualTo(row.getTags());
    }

    private static byte[] row(String typed) {
        String canonical = Normaliser.canonical(typed);
        int length = canonical.codePointCount(0, canonical.length());
        var tags = length == 0
                ? List.<Tag>of()
                : List.of(new Tag("x", canonical, 0, length, 0.5f), new Tag("y", "é", length - 1, length, 1f));
        return StoredTags.of(
                HeadTags.newBuilder().setTags(tags).setTaggedAt(Instant.EPOCH).build());
    }

    private static IncomingQuery query(String typed) {
        var event = new QueryEvent("id-1", typed, "ségment", Priority.STANDARD, null);
        return new IncomingQuery(event, new QueryKey("ségment", Normaliser.canonical(typed)));
    }
}
