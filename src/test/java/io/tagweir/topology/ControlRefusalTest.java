package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.meter.ControlRefusal;
import io.tagweir.roster.StudentLife;
import io.tagweir.snapshot.SnapshotLife;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ControlRefusalTest {

    @Test
    void everyReasonToIgnoreAControlRecordIsCounted() {
        assertThat(Arrays.stream(ControlRefusal.values()).map(Enum::name))
                .containsAll(Stream.<Enum<?>>concat(
                                Arrays.stream(SnapshotLife.Reason.values()), Arrays.stream(StudentLife.Reason.values()))
                        .map(Enum::name)
                        .toList());
    }
}
