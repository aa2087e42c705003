package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

    private static final Machine MACHINE = new Machine(2, "a processor", "a JVM", "a system", 0.1);

    private final Report report = new Report();

    ReportTest() {
        report.add("head-10k", "records_per_s", Sample.of(90, 120, 100));
        report.add("latency", "head_p50_ms", Sample.of(1.2), Target.atMost(1.5));
        report.ratio("head-10k / peer", Sample.of(0.8, 0.9, 1.3), Target.atLeast(1));
        report.ratio("no target", Sample.of(3), null);
    }

    @Test
    void jsonHoldsMediansAndRoundsByScenario() {
        var head = report.json(MACHINE).at("/scenarios/head-10k");
        assertThat(head.get("records_per_s").asDouble()).isEqualTo(100);
        assertThat(head.at("/rounds/records_per_s")).hasSize(3);
    }

    @Test
    void ratiosArePlainNumbersByName() {
        var ratios = report.json(MACHINE).get("ratios");
        assertThat(ratios.get("head-10k / peer").isNumber()).isTrue();
        assertThat(ratios.get("head-10k / peer").asDouble()).isEqualTo(0.9);
        assertThat(ratios.get("no target").asDouble()).isEqualTo(3);
    }

    @Test
    void targetsSayWhetherTheyWereMet() {
        var aims = report.json(MACHINE).get("aims");
        assertThat(aims.get("head-10k / peer").get("met").asBoolean()).isFalse();
        assertThat(aims.get("latency.head_p50_ms").get("met").asBoolean()).isTrue();
        assertThat(aims.has("no target")).isFalse();
    }

    @Test
    void figureThatCouldNotBeMeasuredMeetsNoTarget() {
        assertThat(Target.atMost(1).met(Double.NaN)).isFalse();
        assertThat(Target.atLeast(1).met(Double.NaN)).isFalse();
    }

    @Test
    void machineIsDescribed() {
        var machine = report.json(MACHINE).get("machine");
        assertThat(machine.get("cores").asInt()).isEqualTo(2);
        assertThat(machine.fieldNames()).toIterable().contains("cpu", "jvm", "os");
    }

    @Test
    void curveIsPrintedAsBarsAndWrittenAsValues() {
        report.curve("head-10k", "share", List.of(0.0, 0.5, 0.8, 1.0));
        var text = new StringWriter();
        report.print(new PrintWriter(text));
        assertThat(text.toString()).contains("▁▅▇█");
        assertThat(report.json(MACHINE).at("/scenarios/head-10k/share")).hasSize(4);
    }

    @Test
    void tableShowsMedianRangeAndWhetherTheTargetWasMet() {
        var text = new StringWriter();
        report.print(new PrintWriter(text));
        assertThat(text.toString().lines())
                .anySatisfy(
                        line -> assertThat(line).contains("head-10k", "records_per_s", "100.00", "[90.00 .. 120.00]"))
                .anySatisfy(line -> assertThat(line).contains("latency", "<= 1.5", "met"))
                .anySatisfy(line -> assertThat(line).contains("head-10k / peer", "0.90", ">= 1.0", "MISSED"));
    }
}
