package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalCluster;
import io.tagweir.testing.FakeStudent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a running application, and of its queries, while broker and registry are away. */
class BrokerOutageIT {

    private static final int QUERIES = 2_000;

    @TempDir
    private Path dir;

    /**
     *
     *
     * <pre>
     *   outputs      0 ──── a half ────────────────────────── all
     *   broker        runs ─────┤ away ├─ runs, same port, same records
     *   application   runs ─────── waits ─── goes on, not restarted
     *   student       runs ─┤held├─────┤ runs: misses are pending in the ledger meanwhile
     * </pre>
     */
    @Test
    void applicationOutlivesItsBrokerAndLosesNothing() throws Exception {
        var data = dir.resolve("cluster");
        var before = LocalCluster.start(LocalCluster.Options.in(data));
        var ports = new LocalCluster.Options(data, port(before.bootstrapServers()), port(before.registryUrl()));
        var site = new Site(before, "outage", dir.resolve("site"), Map.of());
        var traffic = new MixedTraffic(site, QUERIES, Instant.now());
        traffic.publish();
        var student = new FakeStudent();
        var application = site.start("one", student, Map.of());
        LocalCluster after = null;
        try (application;
                traffic;
                var outputs = site.outputs()) {
            site.awaitRows(application);
            traffic.pump(outputs, QUERIES / 2);
            student.hold();
            traffic.pumpUntil(
                    outputs,
                    "misses to be with the student",
                    () -> application.tail().filter(tail -> tail.pending() > 0).isPresent());

            before.close();
            student.release();
            after = LocalCluster.start(ports);
            traffic.pump(outputs, QUERIES);
            assertThat(application.state()).isEqualTo(State.RUNNING);
            application.close();
            outputs.pollToEnd();

            assertThat(outputs.answers().keySet()).isEqualTo(traffic.ids(MixedTraffic.Kind::isAnswered));
            assertThat(outputs.deadLetters().keySet()).isEqualTo(traffic.ids(kind -> !kind.isAnswered()));
            outputs.answers()
                    .forEach((id, answers) -> assertThat(answers)
                            .allSatisfy(answer -> assertThat(answer.getSource())
                                    .isEqualTo(traffic.kind(id).source())));
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
