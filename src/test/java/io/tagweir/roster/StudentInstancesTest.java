package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.StudentReport;
import io.tagweir.control.GroupReports;
import io.tagweir.control.UndecodableRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StudentInstancesTest {

    @Test
    void everyInstanceThatRunsMustHaveItLoaded() {
        var instances = instances(
                Map.of(
                        "app",
                        List.of(
                                "app-1-StreamThread-1-consumer",
                                "app-1-StreamThread-2-consumer",
                                "app-2-StreamThread-1-consumer",
                                "app-3-StreamThread-1-consumer",
                                "app-4-StreamThread-1-consumer")),
                List.of(
                        report("app", "app-1", true, null),
                        report("app", "app-2", false, "/models/a: the model directory /models/a does not exist"),
                        report("app", "app-3", false, null),
                        report("other", "app-4", true, null),
                        report("app", "app-5", false, "gone long ago")));
        assertThat(instances.without("a@1"))
                .containsExactly(
                        "app-2 of app has not loaded a@1: /models/a: the model directory /models/a does not exist",
                        "app-3 of app has not loaded a@1 yet",
                        "app-4 of app has reported nothing of a@1");
        assertThat(instances.without("b@1")).hasSize(4);
    }

    @Test
    void nobodyLacksItWhereNobodyRuns() {
        var instances = instances(Map.of(), List.of(report("app", "app-1", false, "gone long ago")));
        assertThat(instances.running()).isEmpty();
        assertThat(instances.without("a@1")).isEmpty();
    }

    @Test
    void instancesThatCannotBeDistinguishedAreReported() {
        var instances = instances(
                Map.of("app", List.of("mine-StreamThread-1-consumer", "mine-StreamThread-1-consumer")),
                List.of(report("app", "mine", true, null)));
        assertThat(instances.without("a@1"))
                .containsExactly("two members of app have the client id mine-StreamThread-1-consumer;"
                        + " give each instance its own kafka.client.id, or none");
    }

    @Test
    void undecodableReportCountsAsNoneAndIsNamed() {
        var record = new UndecodableRecord("student-reports", 0, 7, "app/app-1/a@1", "unknown schema");
        var instances = StudentInstances.of(new GroupReports.GroupStatus<>(
                new TreeMap<>(Map.of("app", List.of("app-1-StreamThread-1-consumer"))), List.of(), List.of(record)));
        assertThat(instances.without("a@1"))
                .containsExactly("app-1 of app has reported nothing of a@1: the record at offset 7 of partition 0 of"
                        + " student-reports (key app/app-1/a@1) can't be decoded: unknown schema");
    }

    private static StudentInstances instances(Map<String, List<String>> running, List<StudentReport> reports) {
        return StudentInstances.of(new GroupReports.GroupStatus<>(new TreeMap<>(running), reports, List.of()));
    }

    private static StudentReport report(String application, String instance, boolean loaded, @Nullable String problem) {
        return new StudentReport(application, instance, "a@1", loaded, problem, 0L, T);
    }
}
