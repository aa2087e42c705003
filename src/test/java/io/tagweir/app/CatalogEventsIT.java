package io.tagweir.app;

import io.tagweir.app.run.Application;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.MissReason;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.topology.Topic;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application knows the catalog events after a restart, and undecodable ones neither stop it nor get through. */
class CatalogEventsIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private final Deployment deployment = CLUSTER.deployment("catalog", "head.requests.interval.ms=100");

    /**
     *
     *
     * <pre>
     *   head-snapshots  s1, rubbish                │         │         │                       │
     *   catalog-events  dairy, rubbish, mismatched │ rubbish │         │ bakery, rubbish       │
     *   first run                                  └ dairy invalid ────┤                       │
     *   second run                                                     └ reads the new ones ───┤ wiped
     *   third run                                                                              └ reads all
     * </pre>
     */
    @Test
    void eventsAreKnownAfterARestartAndAWipeAndBadOnesAreRefusedEachTime() throws Exception {
        deployment.publish(
                "s1",
                Instant.EPOCH,
                Rows.row("", "food", "milk", null, "dairy"),
                Rows.row("", "food", "bread", null, "bakery"));
        deployment.writeBytes(Topic.HEAD_SNAPSHOTS, "s1", new byte[] {42});
        deployment.write(Topic.CATALOG_EVENTS, "dairy", event("dairy"));
        deployment.writeBytes(Topic.CATALOG_EVENTS, "bakery", new byte[] {0, 0, 0, 127, 127, 1, 2, 3});
        deployment.write(Topic.CATALOG_EVENTS, "bakery", event("dairy"));
        var first = deployment.start("one");
        assertThat(reasons("first")).isEqualTo("milk INVALIDATED, bread null");
        assertRefused(first, 2, 1);
        deployment.writeBytes(Topic.CATALOG_EVENTS, "dairy", new byte[] {43});
        await("the undecodable event to be refused", () -> undecodable(first) == 3);
        assertThat(first.meters().total(MeterName.CATALOG_CHANGES)).isOne();
        await("the request for milk", () -> first.meters().total(MeterName.HEAD_REQUESTS, MissReason.INVALIDATED) >= 1);
        first.close();

        deployment.write(Topic.CATALOG_EVENTS, "bakery", event("bakery"));
        deployment.writeBytes(Topic.CATALOG_EVENTS, "dairy", new byte[] {42});
        var second = deployment.start("one");
        assertThat(reasons("second")).isEqualTo("milk INVALIDATED, bread INVALIDATED");
        assertRefused(second, 2, 0);
        assertThat(second.meters().total(MeterName.CATALOG_CHANGES)).isOne();
        second.close();

        deployment.deleteState("one");
        var third = deployment.start("one");
        assertThat(reasons("third")).isEqualTo("milk INVALIDATED, bread INVALIDATED");
        assertRefused(third, 4, 1);
        deployment.outputs().pollToEnd();
        assertThat(deployment.outputs().deadLetters()).isEmpty();
    }

    private static void assertRefused(Application application, int undecodable, int mismatched) {
        assertThat(undecodable(application)).isEqualTo(undecodable);
        assertThat(application.meters().total(MeterName.CONTROL_REFUSED, ControlRefusal.BAD_CATALOG_EVENT))
                .isEqualTo(mismatched);
        assertThat(application.meters().total(MeterName.DEAD_LETTERS)).isZero();
    }

    private static double undecodable(Application application) {
        return application.meters().total(MeterName.CONTROL_REFUSED, ControlRefusal.UNDECODABLE);
    }

    private static CatalogEvent event(String entity) {
        return new CatalogEvent(entity, Instant.ofEpochMilli(1));
    }

    private String reasons(String run) {
        var milk = deployment.ask(run + "milk", "milk");
        var bread = deployment.ask(run + "bread", "bread");
        return "milk " + milk.getMissReason() + ", bread " + bread.getMissReason();
    }
}
