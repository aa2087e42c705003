package io.tagweir.control;

import static io.tagweir.control.Door.locked;
import static io.tagweir.control.Door.open;
import static io.tagweir.control.Door.shut;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadControlRecordsTest {

    private final Door.Catalog catalog = new Door.Catalog();
    private final List<String> rejected = new ArrayList<>();
    private final ReadControlRecords<Door> reader = new ReadControlRecords<>(catalog, rejected::add);

    @Test
    void recordsMakeTheTimelineAndRaiseTheVersion() {
        read("a", shut("a"));
        read("a", open("a", 10));
        assertThat(catalog.timeline().at(Instant.ofEpochSecond(10))).contains("a");
        assertThat(catalog.records()).containsExactly(open("a", 10));
        assertThat(catalog.version()).isEqualTo(2);
        assertThat(rejected).isEmpty();
    }

    @Test
    void invalidRecordsAreCountedAndChangeNothing() {
        read("a", open("a", 10));
        read("a", shut("a"));
        read("b", open("a", 10));
        read(null, open("a", 10));
        read("c", open("c", -1));
        assertThat(rejected)
                .containsExactly(
                        RuleViolation.OUT_OF_ORDER, RuleViolation.WRONG_KEY, RuleViolation.WRONG_KEY, Door.NEGATIVE);
        assertThat(catalog.records()).containsExactly(open("a", 10));
        assertThat(catalog.version()).isOne();
    }

    @Test
    void tombstoneForgetsNothing() {
        read("a", locked("a"));
        read("a", null);
        read(null, null);
        read("a", open("a", 10));
        assertThat(catalog.find("a")).contains(locked("a"));
        assertThat(rejected).containsExactly(RuleViolation.OUT_OF_ORDER);
    }

    @Test
    void listenerRunsAfterEachRecordThatWasTaken() {
        var seen = new ArrayList<Long>();
        catalog.listen(() -> seen.add(catalog.version()));
        read("a", open("a", 10));
        read("a", shut("a"));
        read("b", shut("b"));
        assertThat(seen).containsExactly(1L, 2L);
    }

    private void read(@Nullable String key, @Nullable Door door) {
        reader.process(new Record<>(key, door, 0));
    }
}
