package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.control.RuleViolation;
import io.tagweir.meter.ControlRefusal;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ControlRefusalTest {

    @Test
    void reasonsOfTheControlPlaneAreCounted() {
        assertThat(Arrays.stream(ControlRefusal.values()).map(Enum::name))
                .contains(RuleViolation.UNKNOWN_STATE, RuleViolation.OUT_OF_ORDER, RuleViolation.WRONG_KEY);
    }
}
