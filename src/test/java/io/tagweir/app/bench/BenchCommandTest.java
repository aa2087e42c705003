package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.app.Refusal;
import io.tagweir.app.bench.BenchRun.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchCommandTest {

    @Test
    void unknownScenarioIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> BenchCommand.scenarios(List.of("head", "haed")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("haed")
                .hasMessageContaining(
                        "pass-through, head, table-size, restore, publish, switch, mixed, isolation, student, cache-cost, burst,"
                                + " zipf-drift, tail-memory, latency");
    }

    @Test
    void noNameMeansAllScenarios() {
        assertThat(BenchCommand.scenarios(List.of())).containsExactly(Scenario.values());
    }

    @Test
    void namedScenariosRunOnceEach() {
        assertThat(BenchCommand.scenarios(List.of("latency", "pass-through", "latency")))
                .containsExactly(Scenario.PASS_THROUGH, Scenario.LATENCY);
    }

    @Test
    void sizesReadAsPeopleSayThem() {
        assertThat(BenchField.size(10_000)).isEqualTo("10k");
        assertThat(BenchField.size(1_000_000)).isEqualTo("1m");
    }
}
