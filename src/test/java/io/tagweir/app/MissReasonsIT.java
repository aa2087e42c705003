package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why the head could not answer: every consumer of the answers counts what the meters say. */
class MissReasonsIT {

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /**
     *
     *
     * <pre>
     *   head      nothing was ever activated │ v1: milk, old milk (over), dairy milk (its entity has changed)
     *   queries   5 COLD                     │ 3 GENUINE, 2 STALE, 4 INVALIDATED, 6 hits, 1 hit past its date
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"all", "head,tail"})
    void reasonsOnTheRecordsAreThoseOnTheMetersAndAddUpToTheMisses(String roles) {
        var site = new Site(
                cluster, "reasons-" + roles.replace(',', '-'), dir, Map.of("head.stale", "miss,lenient=serve"));
        var applications = new ArrayList<Application>();
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            for (var role : roles.split(",")) {
                var own = Map.of(
                        "role", role, "application.id", site.settings().app().applicationId() + "-" + role);
                applications.add(site.start(roles + "-" + role, new FakeStudent(), own));
            }
            var head = applications.get(0);
            ask(site, sender, "cold", 5, "", "milk");
            outputs.pollUntil("the cold queries", () -> outputs.queries() == 5);

            publish(site);
            sender.send(new ProducerRecord<>(
                    site.settings().topics().name(Topic.CATALOG_EVENTS),
                    "dairy".getBytes(StandardCharsets.UTF_8),
                    site.settings()
                            .serdes()
                            .value(Topic.CATALOG_EVENTS)
                            .serializer()
                            .serialize(
                                    site.settings().topics().name(Topic.CATALOG_EVENTS),
                                    new CatalogEvent("dairy", Instant.ofEpochMilli(1)))));
            Await.until(
                    "snapshot and change to be known",
                    Site.PATIENCE,
                    () -> head.primed(Clock.systemUTC().instant()) == Site.PARTITIONS
                            && head.meters().total(MeterName.CATALOG_CHANGES) == 1);
            ask(site, sender, "genuine", 3, "", "bread");
            ask(site, sender, "stale", 2, "", "old milk");
            ask(site, sender, "invalidated", 4, "", "dairy milk");
            ask(site, sender, "hit", 6, "", "milk");
            ask(site, sender, "marked", 1, "lenient", "old milk");
            outputs.pollUntil("every answer", () -> outputs.queries() == 21);

            assertThat(kinds(outputs))
                    .isEqualTo(Map.of(
                            "cold", "missed COLD x5",
                            "genuine", "missed GENUINE x3",
                            "stale", "missed STALE x2",
                            "invalidated", "missed INVALIDATED x4",
                            "hit", "HEAD null x6",
                            "marked", "HEAD STALE x1"));
            // A record may be read before the thread that sent it has counted it.
            Await.until(
                    "the meters to have 21 answers", Site.PATIENCE, () -> total(applications, MeterName.ANSWERS) == 21);
            assertMetersAgree(outputs, applications);
        } finally {
            applications.forEach(Application::close);
        }
    }

    private static void assertMetersAgree(Outputs outputs, List<Application> applications) {
        Map<MissReason, Long> counted = answers(outputs)
                .filter(answer -> answer.getSource() != Source.HEAD)
                .collect(Collectors.groupingBy(TaggedQuery::getMissReason, TreeMap::new, Collectors.counting()));
        assertThat(counted.keySet()).containsExactlyInAnyOrder(MissReason.values());
        counted.forEach((reason, count) -> assertThat(total(applications, MeterName.MISSES, reason))
                .as("misses %s", reason)
                .isEqualTo(count.doubleValue()));
        double misses = total(applications, MeterName.MISSES);
        assertThat(misses)
                .isEqualTo(14)
                .isEqualTo(counted.values().stream().mapToLong(count -> count).sum());
        assertThat(total(applications, MeterName.ANSWERS) - total(applications, MeterName.ANSWERS, Source.HEAD))
                .as("answers that are not the head's")
                .isEqualTo(misses);
        assertThat(applications.get(0).meters().total(MeterName.HEAD_STALE)).isOne();
    }

    private static double total(List<Application> applications, MeterName name) {
        return applications.stream()
                .mapToDouble(application -> application.meters().total(name))
                .sum();
    }

    private static double total(List<Application> applications, MeterName name, Enum<?> tagValue) {
        return applications.stream()
                .mapToDouble(application -> application.meters().total(name, tagValue))
                .sum();
    }

    /** What became of each lot of queries; a lot that was not answered alike shows as more than one kind. */
    private static Map<String, String> kinds(Outputs outputs) {
        return answers(outputs)
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

    private static Stream<TaggedQuery> answers(Outputs outputs) {
        return outputs.answers().values().stream().flatMap(List::stream);
    }

    private static void publish(Site site) {
        var past = Instant.ofEpochMilli(1);
        var rows = List.of(
                row("", "milk", null),
                row("", "old milk", past),
                row("lenient", "old milk", past),
                row("", "dairy milk", null, "dairy"));
        try (var publisher = SnapshotTopics.publisher(site.settings())) {
            publisher.publish("v1", "test", rows.iterator(), count -> {});
            publisher.activate("v1", Instant.EPOCH);
        }
    }

    private static HeadRow row(String segment, String query, @Nullable Instant expiresAt, String... dependsOn) {
        var tags = HeadTags.newBuilder()
                .setTags(List.of(new Tag("food", query, 0, query.length(), 1f)))
                .setTaggedAt(Instant.EPOCH)
                .setExpiresAt(expiresAt)
                .setDependsOn(Arrays.asList(dependsOn))
                .build();
        return new HeadRow(new QueryKey(segment, query), tags);
    }

    private static void ask(Site site, Sender sender, String lot, int queries, String segment, String text) {
        String topic = site.settings().topics().name(Topic.QUERIES);
        var serializer = site.settings().serdes().value(Topic.QUERIES).serializer();
        for (int i = 0; i < queries; i++) {
            var event = QueryEvent.newBuilder()
                    .setQueryId(lot + i)
                    .setQuery(text)
                    .setSegment(segment)
                    .build();
            sender.query(lot + i, new QueryKey(segment, text).text(), serializer.serialize(topic, event));
        }
    }
}
