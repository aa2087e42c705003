package io.tagweir.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.MissReason;
import org.junit.jupiter.api.Test;

class MetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);

    @Test
    void taggedCounterStartsAtZeroForEachValue() {
        for (var reason : MissReason.values()) {
            assertThat(registry.get("tagweir.misses")
                            .tag("reason", reason.name())
                            .counter()
                            .count())
                    .isZero();
        }
        meters.miss(MissReason.STALE);
        assertThat(meters.total(MeterName.MISSES, MissReason.STALE)).isOne();
        assertThat(meters.total(MeterName.MISSES)).isOne();
    }

    @Test
    void renamedMeterIsStillPublishedUnderItsOldName() {
        meters.headRow(RowChange.STORED);
        assertThat(meters.total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED)).isOne();
        assertThat(registry.get("tagweir.head.rows")
                        .tag("change", "stored")
                        .counter()
                        .count())
                .isOne();
    }

    @Test
    void meterIsOfTheKindItIsDeclaredAs() {
        assertThatThrownBy(() -> meters.gauge(MeterName.ANSWERS, () -> 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ANSWERS is declared as COUNTER");
    }
}
