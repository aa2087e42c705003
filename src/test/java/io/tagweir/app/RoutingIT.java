package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.query.QueryKey;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever partition a query was written to, and with whatever key, it finds its row; only those astray take the hop.
 */
class RoutingIT {

    private static final int QUERIES = 400;

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

    /** Query {@code i} lies {@code i mod 4} partitions beside its own, so three in four are astray. */
    @Test
    void queryIsAnsweredFromTheHeadWhereverItWasWritten() throws Exception {
        var site = new Site(cluster, "routing", dir, Map.of());
        var texts = IntStream.range(0, QUERIES).mapToObj(i -> "query " + i).toList();
        site.publish("s1", Instant.EPOCH, texts);
        try (var sender = site.sender();
                var outputs = site.outputs();
                var application = site.start("one", new FakeStudent(), Map.of())) {
            site.awaitRows(application);
            for (int i = 0; i < QUERIES; i++) {
                int home = new QueryKey("", texts.get(i)).partition(Site.PARTITIONS);
                sender.send(new ProducerRecord<>(
                        site.settings().topics().name(Topic.QUERIES),
                        (home + i) % Site.PARTITIONS,
                        KeyKind.of(i / Site.PARTITIONS).key(i, texts.get(i)),
                        site.event("q" + i, texts.get(i))));
            }
            var balance = application.meters().queries();
            outputs.pollUntil("all queries to be read", () -> balance.figures().read() == QUERIES);
            assertThat(balance.figures().missing()).as("%s", balance.figures()).isZero();
            outputs.pollUntil("all answers", () -> outputs.queries() >= QUERIES);
            outputs.pollToEnd();

            assertThat(outputs.repeated()).isEmpty();
            assertThat(outputs.deadLetters()).isEmpty();
            assertThat(outputs.answers()).hasSize(QUERIES);
            assertThat(outputs.answers().values())
                    .allSatisfy(
                            answers -> assertThat(answers.get(0).getSource()).isEqualTo(Source.HEAD));
            assertThat(application.meters().total(MeterName.REROUTED)).isEqualTo(QUERIES * 3 / 4);
            outputs.pollUntil(
                    "the last query to be done with", () -> balance.figures().answered() == QUERIES);
            assertThat(balance.figures().reroutedRead()).isEqualTo(QUERIES * 3 / 4);
            assertThat(balance.figures().missing()).as("%s", balance.figures()).isZero();
            assertThat(List.of(Source.STUDENT, Source.FALLBACK, Source.SHED))
                    .allSatisfy(source -> assertThat(application.meters().total(MeterName.ANSWERS, source))
                            .isZero());
        }
    }
}
