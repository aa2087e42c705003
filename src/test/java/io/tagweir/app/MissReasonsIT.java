package io.tagweir.app;

import io.tagweir.app.run.Application;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why the head could not answer: the answers' reasons and the meters agree. */
class MissReasonsIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   head      no snapshot is active │ v1: milk, old milk (expired), dairy milk (its entity has changed)
     *   queries   5 COLD                │ 3 GENUINE, 2 STALE, 4 INVALIDATED, 6 hits, 1 expired hit
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"all", "head,tail"})
    void reasonsOnTheRecordsAreThoseOnTheMetersAndAddUpToTheMisses(String roles) {
        String name = "reasons-" + roles.replace(',', '-');
        var deployment = CLUSTER.deployment(name, "head.stale=miss,lenient=serve");
        var applications = Stream.of(roles.split(","))
                .map(role -> deployment.start(role, "role=" + role, "application.id=" + name + "-" + role))
                .toList();
        var head = applications.get(0);
        var outputs = deployment.outputs();
        send(deployment, "cold", 5, "", "milk");
        outputs.await(5);

        var past = Instant.ofEpochMilli(1);
        deployment.publish(
                "v1",
                Instant.EPOCH,
                Rows.row("food", "milk"),
                Rows.row("", "food", "old milk", past),
                Rows.row("lenient", "food", "old milk", past),
                Rows.row("", "food", "dairy milk", null, "dairy"));
        deployment.write(Topic.CATALOG_EVENTS, "dairy", new CatalogEvent("dairy", past));
        deployment.awaitVerified(head);
        await("the catalog event", () -> head.meters().total(MeterName.CATALOG_CHANGES) == 1);
        send(deployment, "genuine", 3, "", "bread");
        send(deployment, "stale", 2, "", "old milk");
        send(deployment, "invalidated", 4, "", "dairy milk");
        send(deployment, "hit", 6, "", "milk");
        send(deployment, "marked", 1, "lenient", "old milk");
        outputs.awaitExactly(21);

        assertThat(kinds(outputs))
                .isEqualTo(Map.of(
                        "cold", "missed COLD x5",
                        "genuine", "missed GENUINE x3",
                        "stale", "missed STALE x2",
                        "invalidated", "missed INVALIDATED x4",
                        "hit", "HEAD null x6",
                        "marked", "HEAD STALE x1"));
        // A record may be read before the thread that sent it has counted it.
        await(
                "the meters to have 21 answers",
                () -> sum(applications, meters -> meters.total(MeterName.ANSWERS)) == 21);
        assertMetersAgree(outputs, applications);
    }

    private static void assertMetersAgree(Outputs outputs, List<Application> applications) {
        Map<MissReason, Long> counted = outputs.allAnswers()
                .filter(answer -> answer.getSource() != Source.HEAD)
                .collect(Collectors.groupingBy(TaggedQuery::getMissReason, TreeMap::new, Collectors.counting()));
        assertThat(counted.keySet()).containsExactlyInAnyOrder(MissReason.values());
        counted.forEach((reason, count) -> assertThat(
                        sum(applications, meters -> meters.total(MeterName.MISSES, reason)))
                .as("misses %s", reason)
                .isEqualTo(count.doubleValue()));
        double misses = sum(applications, meters -> meters.total(MeterName.MISSES));
        assertThat(misses)
                .isEqualTo(14)
                .isEqualTo(counted.values().stream().mapToLong(count -> count).sum());
        assertThat(sum(
                        applications,
                        meters -> meters.total(MeterName.ANSWERS) - meters.total(MeterName.ANSWERS, Source.HEAD)))
                .as("answers not from the head")
                .isEqualTo(misses);
        assertThat(applications.get(0).meters().total(MeterName.HEAD_STALE)).isOne();
    }

    private static double sum(List<Application> applications, ToDoubleFunction<Meters> figure) {
        return applications.stream()
                .map(Application::meters)
                .mapToDouble(figure)
                .sum();
    }

    /** What became of each batch of queries; a batch that was not answered alike shows as more than one kind. */
    private static Map<String, String> kinds(Outputs outputs) {
        return outputs.allAnswers()
                .collect(Collectors.groupingBy(
                        answer -> answer.getQueryId().replaceAll("\\d", ""),
                        Collectors.collectingAndThen(
                                Collectors.groupingBy(MissReasonsIT::kind, TreeMap::new, Collectors.counting()),
                                counts -> counts.entrySet().stream()
                                        .map(count -> count.getKey() + " x" + count.getValue())
                                        .collect(Collectors.joining(", ")))));
    }

    private static String kind(TaggedQuery answer) {
        return (answer.getSource() == Source.HEAD ? "HEAD " : "missed ") + answer.getMissReason();
    }

    private static void send(Deployment deployment, String batch, int queries, String segment, String text) {
        for (int i = 0; i < queries; i++) {
            deployment.query(
                    QueryEvent.newBuilder()
                            .setQueryId(batch + i)
                            .setQuery(text)
                            .setSegment(segment)
                            .build(),
                    null);
        }
    }
}
