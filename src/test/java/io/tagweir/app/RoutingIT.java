package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.meter.MeterName;
import io.tagweir.query.QueryKey;
import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A query finds its row whatever its partition and key; only queries in a foreign partition are rerouted. */
class RoutingIT {

    private static final int QUERIES = 400;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /** Query {@code i} is {@code i mod 4} partitions away from its own, so three in four are rerouted. */
    @Test
    void queryIsAnsweredFromTheHeadWhereverItWasWritten() {
        var deployment = CLUSTER.deployment("routing");
        var texts = Rows.queries("query", QUERIES);
        deployment.publish("s1", Instant.EPOCH, texts);
        var application = deployment.start("one");
        deployment.awaitRows(application);
        for (int i = 0; i < QUERIES; i++) {
            int home = new QueryKey("", texts.get(i)).partition(Deployment.PARTITIONS);
            deployment
                    .producer()
                    .send(new ProducerRecord<>(
                            deployment.topic(Topic.QUERIES),
                            (home + i) % Deployment.PARTITIONS,
                            KeyKind.of(i / Deployment.PARTITIONS).key(i, texts.get(i)),
                            deployment.event("q" + i, texts.get(i))));
        }
        var outputs = deployment.outputs();
        var balance = application.meters().queries();
        outputs.await("all queries to be read", () -> balance.figures().read() == QUERIES);
        assertThat(balance.figures().missing()).as("%s", balance.figures()).isZero();
        outputs.awaitExactly(QUERIES);

        assertThat(outputs.repeated()).isEmpty();
        assertThat(outputs.deadLetters()).isEmpty();
        assertThat(outputs.allAnswers())
                .hasSize(QUERIES)
                .allSatisfy(answer -> assertThat(answer.getSource()).isEqualTo(Source.HEAD));
        assertThat(application.meters().total(MeterName.REROUTED)).isEqualTo(QUERIES * 3 / 4);
        outputs.await("the last answer to be counted", () -> balance.figures().answered() == QUERIES);
        assertThat(balance.figures().reroutedRead()).isEqualTo(QUERIES * 3 / 4);
        assertThat(balance.figures().missing()).as("%s", balance.figures()).isZero();
        assertThat(List.of(Source.STUDENT, Source.FALLBACK, Source.SHED))
                .allSatisfy(source -> assertThat(application.meters().total(MeterName.ANSWERS, source))
                        .isZero());
    }
}
