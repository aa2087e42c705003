package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.app.Refusal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class BenchCommandTest {

    @Test
    void unknownScenarioIsRefusedWithAllNames() {
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
    void helpNamesEveryScenario() {
        var help = String.join(
                " ",
                new CommandLine(new BenchCommand())
                        .getCommandSpec()
                        .usageMessage()
                        .description());
        assertThat(help)
                .contains(
                        Arrays.stream(Scenario.values()).map(Scenario::toString).toList());
    }

    @Test
    void sizesReadAsPeopleSayThem() {
        assertThat(Systems.size(10_000)).isEqualTo("10k");
        assertThat(Systems.size(1_000_000)).isEqualTo("1m");
    }
}
