package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
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

    /** As the splicing writes it, but for the mark of a stale answer. */
    private static final Serializer<TaggedQuery> UNMARKED = (topic, answer) -> SERDE.serializer()
            .serialize(topic, TaggedQuery.newBuilder(answer).setMissReason(null).build());

    @Test
    void serializerThatWritesTheMarkOtherwiseIsNotImitated() {
        assertThat(new HitEncoder(UNMARKED, "tagged").splices()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crème brûlée", "Crème  Brûlée", "plain", "PLAIN", "🧀 Ｘ", ""})
    void splicedAnswerIsTheSerializersOwn(String typed) {
        var spliced = new HitEncoder(SERDE.serializer(), "tagged");
        var plain = new HitEncoder(ODD, "tagged");
        assertThat(spliced.splices()).isTrue();
        assertThat(plain.splices()).isFalse();

        byte[] row = row(typed);
        for (boolean stale : new boolean[] {false, true}) {
            byte[] fast = spliced.encode(query(typed), "v1", row, stale, 5, 7);
            byte[] slow = plain.encode(query(typed), "v1", row, stale, 5, 7);
            assertThat(fast).isEqualTo(Arrays.copyOf(slow, slow.length - 1));
            assertThat(SERDE.deserializer().deserialize("tagged", fast).getMissReason())
                    .isEqualTo(stale ? MissReason.STALE : null);
        }
    }

    @Test
    void answerOutlivesTheNextOne() {
        var encoder = new HitEncoder(SERDE.serializer(), "tagged");
        byte[] first = encoder.encode(query("one"), "v1", row("one"), false, 5, 7);
        byte[] copy = first.clone();
        encoder.encode(query("another"), "v1", row("another"), true, 5, 7);
        assertThat(first).isEqualTo(copy);
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
