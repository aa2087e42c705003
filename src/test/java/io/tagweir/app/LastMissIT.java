package io.tagweir.app;

import io.tagweir.app.command.Await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.FakeStudent;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However often traffic stops, the last miss before it does is answered, with no other to push it out. */
class LastMissIT {

    private static final int BURSTS = 300;
    private static final String PENDING_NONE = "\ntagweir_tail_pending 0.0\n";
    private static final String NEGLECTED_NONE = "\ntagweir_tail_neglected 0.0\n";

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

    @Test
    void lastMissBeforeQuietIsAnswered() throws Exception {
        var site = new Site(cluster, "last-miss", dir, Map.of("tail.threads", "4"));
        try (var sender = site.sender();
                var outputs = site.outputs();
                var application = site.start("one", new FakeStudent(), Map.of())) {
            int sent = 0;
            for (int burst = 0; burst < BURSTS; burst++) {
                for (int i = 1 + burst % 5; i > 0; i--) {
                    String text = "rare " + sent++;
                    sender.query("q" + sent, text, site.event("q" + sent, text));
                }
                int all = sent;
                outputs.pollUntil("all answers of burst " + burst, () -> outputs.queries() >= all);
            }
            outputs.pollToEnd();
            assertThat(outputs.repeated()).isEmpty();
            assertThat(outputs.answers()).hasSize(sent);
            assertThat(outputs.answers().values())
                    .allSatisfy(
                            answers -> assertThat(answers.get(0).getSource()).isEqualTo(Source.STUDENT));
            Await.until(
                    "nothing to be pending",
                    Site.PATIENCE,
                    () -> application.scrape("text/plain").contains(PENDING_NONE));
            Await.until(
                    "nothing to wait for idle threads",
                    Site.PATIENCE,
                    () -> application.scrape("text/plain").contains(NEGLECTED_NONE));
        }
    }
}
