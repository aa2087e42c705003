package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A query at which the student takes the process down, and a supervisor that starts it again each time. */
class DeadlyQueryIT {

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

    /** Starts the only instance of a site anew whenever it has died. */
    private static final class Supervisor implements AutoCloseable {

        private final Site site;
        private Child child;
        private int starts;

        Supervisor(Site site) throws IOException {
            this.site = site;
            child = start();
        }

        private Child start() throws IOException {
            starts++;
            String name = site.settings().app().applicationId();
            return Child.start(site.given(name, Map.of()), dir.resolve(name + '-' + starts + ".log"));
        }

        void look() {
            if (!child.isAlive()) {
                try {
                    child = start();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            child.close();
        }
    }

    /**
     *
     *
     * <pre>
     *   process 1:  runs it with others ─► dies
     *   process 2:  takes over what is in the ledger; runs it by itself ─► dies
     *   process 3:  it is FALLBACK, now and whenever it comes again; all others have the student's tags
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void itTakesTheProcessDownTwiceAndIsAnsweredByTheThird(String guarantee) throws Exception {
        var site = new Site(
                cluster,
                "deadly-" + guarantee.replace('_', '-'),
                dir,
                Map.of(
                        StreamsSettings.GUARANTEE,
                        guarantee,
                        // A crash is noticed as fast as a broker allows by default.
                        "kafka.session.timeout.ms",
                        "6000",
                        "kafka.heartbeat.interval.ms",
                        "1500",
                        "kafka.producer.transaction.timeout.ms",
                        "6000"));
        site.publish("v1", Instant.now(), List.of("popular"));
        try (var sender = site.sender();
                var outputs = site.outputs();
                var supervisor = new Supervisor(site)) {
            for (int i = 0; i < QUERIES; i++) {
                send(site, sender, "q" + i, i == QUERIES / 2 ? ChildApplication.DEADLY : "rare " + i);
            }
            outputs.pollUntil("every query to be answered", () -> {
                supervisor.look();
                return outputs.queries() == QUERIES;
            });
            send(site, sender, "again", ChildApplication.DEADLY);
            send(site, sender, "later", "rare and late");
            outputs.pollUntil("those that come later", () -> outputs.queries() == QUERIES + 2);
            outputs.pollToEnd();

            assertThat(supervisor.starts).isEqualTo(3);
            outputs.answers()
                    .values()
                    .forEach(answers ->
                            assertThat(answers).allSatisfy(DeadlyQueryIT::assertOnlyTheDeadlyOneHasNoTagsOfTheStudent));
            if (guarantee.equals("exactly_once_v2")) {
                assertThat(outputs.repeated()).isEmpty();
            }
        }
    }

    private static void assertOnlyTheDeadlyOneHasNoTagsOfTheStudent(TaggedQuery answer) {
        if (answer.getQuery().equals(ChildApplication.DEADLY)) {
            assertThat(answer.getSource()).isEqualTo(Source.FALLBACK);
            assertThat(answer.getDetail()).contains("the process died while it ran");
        } else {
            assertThat(answer.getSource()).as(answer.getQueryId()).isIn(Source.STUDENT, Source.CACHE);
        }
    }

    private static void send(Site site, Sender sender, String id, String text) {
        sender.query(id, text, site.event(id, text));
    }
}
