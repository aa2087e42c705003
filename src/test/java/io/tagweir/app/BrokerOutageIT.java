package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalCluster;
import io.tagweir.testing.FakeStudent;
import java.net.URI;
import java.time.Instant;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a running application, and of its queries, while broker and registry are down. */
class BrokerOutageIT {

    private static final int QUERIES = 2_000;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   outputs      0 ──── half ─────────────────────────── all
     *   broker        up ───────┤ down ├─ up, same port, same records
     *   application   runs ─────── waits ─── continues, not restarted
     *   student       runs ─┤held├─────┤ runs; until then misses are pending in the ledger
     * </pre>
     */
    @Test
    void applicationOutlivesItsBrokerAndLosesNothing() {
        var data = CLUSTER.dir().resolve("restarted-cluster");
        var before = LocalCluster.start(LocalCluster.Options.in(data));
        var ports = new LocalCluster.Options(data, port(before.bootstrapServers()), port(before.registryUrl()));
        LocalCluster after = null;
        try {
            var deployment = CLUSTER.deployment(before, "outage");
            var traffic = new MixedTraffic(deployment, QUERIES, Instant.now());
            traffic.publish();
            var student = new FakeStudent();
            var application = deployment.start("one", student);
            deployment.awaitRows(application);
            traffic.pump(QUERIES / 2);
            student.hold();
            traffic.pumpUntil(
                    "misses to be with the student",
                    () -> application.tail().filter(tail -> tail.pending() > 0).isPresent());

            before.close();
            student.release();
            after = LocalCluster.start(ports);
            traffic.pump(QUERIES);
            assertThat(application.state()).isEqualTo(State.RUNNING);
            application.close();
            traffic.assertEverythingCameOut();
            CLUSTER.closeAll();
        } finally {
            before.close();
            if (after != null) {
                after.close();
            }
        }
    }

    private static int port(String address) {
        var text = address.startsWith("http") ? address : "kafka://" + address;
        return URI.create(text).getPort();
    }
}
