package io.tagweir.head;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogEventsTest {

    @TempDir
    Path state;

    static Stream<Arguments> badEvents() {
        var event = new CatalogEvent("brand", START);
        return Stream.of(
                bad(s -> s.catalogEvent("", new CatalogEvent("", START))),
                bad(s -> s.catalogEvent(" ", new CatalogEvent(" ", START))),
                bad(s -> s.catalogEvent(null, event)),
                bad(s -> s.catalogEvent("another", event)),
                bad(s -> s.catalogEvent("", null)));
    }

    /** Kafka can't send a dead letter from its global thread: it stays where it is, and no dead letter is counted. */
    @ParameterizedTest
    @MethodSource("badEvents")
    void badEventIsCountedAndChangesNothingAndTheNextIsTaken(Consumer<TestStream> write) {
        try (var stream = stream()) {
            write.accept(stream);
            assertThat(ask(stream)).isEqualTo("HEAD");
            assertThat(stream.meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.BAD_CATALOG_EVENT))
                    .isOne();
            assertThat(stream.meters.total(MeterName.DEAD_LETTERS)).isZero();
            assertThat(stream.meters.total(MeterName.CATALOG_CHANGES)).isZero();
            assertThat(stream.deadLetters()).isEmpty();
            stream.change("brand", START);
            assertThat(ask(stream)).isEqualTo("STUDENT");
            assertThat(stream.meters.total(MeterName.CATALOG_CHANGES)).isOne();
        }
    }

    /** That it is counted shows the integration test: Kafka's test driver has a handler of its own for these. */
    @Test
    void eventThatDoesNotDecodeChangesNothingAndTheNextIsTaken() {
        try (var stream = stream()) {
            stream.catalogEventRaw("brand", new byte[] {1, 2, 3});
            stream.catalogEventRaw("brand", new byte[0]);
            assertThat(ask(stream)).isEqualTo("HEAD");
            stream.change("brand", START);
            assertThat(ask(stream)).isEqualTo("STUDENT");
        }
    }

    @Test
    void tombstoneForgetsTheEntity() {
        try (var stream = stream()) {
            stream.change("brand", START);
            assertThat(ask(stream)).isEqualTo("STUDENT");
            stream.catalogEvent("brand", null);
            assertThat(ask(stream)).isEqualTo("HEAD");
        }
    }

    @Test
    void changeFromBeforeTheTagsDoesNotTakeANewerOneBack() {
        try (var stream = stream()) {
            stream.change("brand", START);
            stream.change("brand", START.minusSeconds(100));
            assertThat(ask(stream)).isEqualTo("STUDENT");
        }
    }

    private TestStream stream() {
        var stream = new TestStream(Role.ALL, state);
        stream.publish(
                new HeadKey("v1", "", "milk"),
                HeadTags.newBuilder()
                        .setTags(List.of(new Tag("food", "milk", 0, 4, 1f)))
                        .setTaggedAt(START.minusSeconds(1))
                        .setDependsOn(List.of("brand"))
                        .build());
        stream.activate("v1", START);
        return stream;
    }

    private static String ask(TestStream stream) {
        stream.ask("q", "milk");
        return stream.await(1).get(0).value().getSource().name();
    }

    private static Arguments bad(Consumer<TestStream> write) {
        return Arguments.of(write);
    }
}
