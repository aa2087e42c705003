package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.app.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class BenchCommandTest {

    private static final String ALL =
            "pass-through, head, table-size, restore, publish, switch, mixed, isolation, student, cache-cost, burst,"
                    + " zipf-drift, tail-memory, latency";

    @Test
    void unknownScenarioIsRefusedWithAllNames() {
        assertThatThrownBy(() -> Scenario.named(List.of("head", "haed")))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll("haed", ALL);
    }

    @Test
    void noNameMeansAllScenarios() {
        assertThat(Scenario.named(List.of())).containsExactlyInAnyOrder(Scenario.values());
    }

    @Test
    void namedScenariosRunOnceEach() {
        assertThat(Scenario.named(List.of("latency", "cache-cost", "latency")))
                .containsExactlyInAnyOrder(Scenario.CACHE_COST, Scenario.LATENCY);
    }

    @Test
    void helpNamesAllScenarios() {
        var help = new CommandLine(new BenchCommand()).getUsageMessage();
        assertThat(help.replaceAll("\\s+", " ")).contains(ALL);
    }

    @Test
    void sizesReadAsPeopleSayThem() {
        assertThat(Systems.size(10_000)).isEqualTo("10k");
        assertThat(Systems.size(1_000_000)).isEqualTo("1m");
    }
}
