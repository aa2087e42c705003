package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The last miss before traffic stops is answered, though no later query follows it. */
class LastMissIT {

    private static final int BURSTS = 300;
    private static final String PENDING_NONE = "\ntagweir_tail_pending 0.0\n";
    private static final String NEGLECTED_NONE = "\ntagweir_tail_neglected 0.0\n";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void lastMissOfEveryBurstIsAnswered() {
        var deployment = CLUSTER.deployment("last-miss", "tail.threads=4");
        var application = deployment.start("one");
        var outputs = deployment.outputs();
        int sent = 0;
        for (int burst = 0; burst < BURSTS; burst++) {
            for (int i = 1 + burst % 5; i > 0; i--) {
                String text = "rare " + sent++;
                deployment.query("q" + sent, text);
            }
            outputs.await(sent);
        }
        outputs.awaitExactly(sent);
        assertThat(outputs.repeated()).isEmpty();
        assertThat(outputs.allAnswers())
                .hasSize(sent)
                .allSatisfy(answer -> assertThat(answer.getSource()).isEqualTo(Source.STUDENT));
        await("no pending misses", () -> application.scrape("text/plain").contains(PENDING_NONE));
        await(
                "no requests waiting for idle threads",
                () -> application.scrape("text/plain").contains(NEGLECTED_NONE));
    }
}
