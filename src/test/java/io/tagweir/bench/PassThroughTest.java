package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.wire.ScriptedRegistry;
import io.tagweir.wire.WireSerdes;
import java.time.InstantSource;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PassThroughTest {

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final WireSerdes serdes = new WireSerdes(registry.config());
    private final PassThrough passThrough =
            new PassThrough(serdes.value(QueryEvent.class), serdes.value(TaggedQuery.class), InstantSource.system());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void bothAnswerUnderTheIdOfTheQueryWithAnswersOfAboutTheSameLength() {
        byte[] avro = answer(passThrough.avro("queries", "answers"));
        byte[] raw = answer(passThrough.raw("queries", "answers"));
        for (byte[] bytes : new byte[][] {avro, raw}) {
            var answer = passThrough.answers().deserializer().deserialize("answers", bytes);
            assertThat(answer.getQueryId()).isEqualTo("q-123456");
            assertThat(answer.getSource()).isEqualTo(Source.HEAD);
            assertThat(answer.getTags()).isNotEmpty();
        }
        assertThat(raw.length).isBetween(avro.length - 20, avro.length + 20);
    }

    private byte[] answer(Topology topology) {
        var config = new Properties();
        config.put("application.id", "pass-through");
        try (var driver = new TopologyTestDriver(topology, config)) {
            var query = LoadGenerator.query(123_456, Queries.text(10));
            driver.createInputTopic("queries", new ByteArraySerializer(), new ByteArraySerializer())
                    .pipeInput(passThrough.queries().serializer().serialize("queries", query));
            return driver.createOutputTopic("answers", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readValue();
        }
    }
}
