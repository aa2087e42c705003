package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalTopic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code run} prints, and how it ends, if it cannot start: all problems at once, one line each. */
class StartChecksIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void unreachableBrokerIsNamed() throws Exception {
        String nowhere = "127.0.0.1:" + closedPort();
        var ran = CommandResult.of(
                "run",
                "--bootstrap-server",
                nowhere,
                "--registry",
                CLUSTER.cluster().registryUrl(),
                "--set",
                "start.deadline.ms=1500");

        assertRefused(ran, "the brokers at " + nowhere + " can't be used: ");
    }

    @Test
    void unreachableRegistryIsNamed() throws Exception {
        createTopics("registryless", 2, 2, 1);
        String nowhere = "http://127.0.0.1:" + closedPort();

        var ran = run("registryless", "--registry", nowhere, "--set", "schema.registry.deadline.ms=1000");

        assertRefused(ran, nowhere);
    }

    @Test
    void allProblemsAreReportedAtOnce() throws Exception {
        createTopics("unready", 2, 2, 1);
        String nowhere = "http://127.0.0.1:" + closedPort();

        var ran = run(
                "unready",
                "--registry",
                nowhere,
                "--set",
                "schema.registry.deadline.ms=1000",
                "--set",
                "topic.names=tagweir-dead-letters=not-there",
                "--set",
                "student.dir=" + CLUSTER.dir().resolve("no-student"));

        assertRefused(
                ran,
                nowhere,
                "topic not-there does not exist; create it, or start with --create-topics",
                "the model directory " + CLUSTER.dir().resolve("no-student") + " does not exist");
    }

    @Test
    void unusableBrokerRegistryAndStudentAreReportedAtOnce() throws Exception {
        String noBroker = "127.0.0.1:" + closedPort();
        String noRegistry = "http://127.0.0.1:" + closedPort();

        var ran = CommandResult.of(
                "run",
                "--bootstrap-server",
                noBroker,
                "--registry",
                noRegistry,
                "--set",
                "start.deadline.ms=1500",
                "--set",
                "schema.registry.deadline.ms=1000",
                "--set",
                "student.dir=" + CLUSTER.dir().resolve("no-student"));

        assertRefused(
                ran,
                noRegistry,
                noBroker,
                "the model directory " + CLUSTER.dir().resolve("no-student") + " does not exist");
    }

    @Test
    void differentPartitionCountsAreRefused() {
        createTopics("unequal", 4, 2, 1);

        assertRefused(run("unequal"), "topic unequal-queries has 4 partitions and unequal-head-tags has 2");
    }

    @Test
    void secondPartitionOfTheControlTopicIsRefused() {
        createTopics("divided", 2, 2, 2);

        assertRefused(run("divided"), "topic divided-head-snapshots has 2 partitions; it must have 1");
    }

    /** Otherwise the first large answer would stop the application, at each restart again. */
    @Test
    void topicsThatTakeSmallerRecordsThanMayBeWrittenAreRefused() throws Exception {
        createTopics("narrow", 2, 2, 1);
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", CLUSTER.cluster().bootstrapServers()))) {
            var narrow = List.of(
                    new AlterConfigOp(new ConfigEntry("max.message.bytes", "100000"), AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "narrow-tagged-queries"), narrow,
                            new ConfigResource(ConfigResource.Type.TOPIC, "narrow-tagweir-dead-letters"), narrow))
                    .all()
                    .get();
        }
        assertRefused(
                run("narrow"),
                "topic narrow-tagged-queries takes records of 100000 bytes",
                "topic narrow-tagweir-dead-letters takes records of 100000 bytes");
    }

    @Test
    void limitThatDoesNotFitTheProducerIsRefused() {
        assertRefused(
                CommandResult.of("run", "--set", "kafka.producer.max.request.size=500000"),
                "a query may lead to a record of ");
    }

    @Test
    void unknownSettingIsReportedWithTheNearestName() {
        assertRefused(
                CommandResult.of("run", "--set", "comit.interval.ms=5"),
                "unknown setting comit.interval.ms; did you mean commit.interval.ms?");
    }

    @Test
    void dashIsStandardInputForSettingsToo() throws Exception {
        try (var run = TagweirProcess.start("run", "--config", "-")) {
            run.feed("comit.interval.ms=5");
            run.endInput();

            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.stderr()).contains("unknown setting comit.interval.ms");
        }
    }

    @Test
    void twoWrongSettingsAreTwoLines() {
        assertRefused(
                CommandResult.of("run", "--set", "commit.interval.ms=soon", "--set", "tail.threads=0"),
                "commit.interval.ms",
                "tail.threads");
    }

    @Test
    void commandWithoutItsArgumentsIsRefused() {
        var ran = CommandResult.of("query");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).noneMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void createTopicsMakesWhatIsMissingAndNothingElse() throws Exception {
        createTopics("fresh", 2, 2, 1);
        var ran = run(
                "fresh",
                "--create-topics",
                "--set",
                "topic.names=tagged-queries=fresh-made",
                "--set",
                "create.topics.partitions=3",
                "--set",
                "student.dir=" + CLUSTER.dir().resolve("no-student"));

        assertRefused(ran, "the model directory " + CLUSTER.dir().resolve("no-student") + " does not exist");
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", CLUSTER.cluster().bootstrapServers()))) {
            var topics =
                    admin.describeTopics(List.of("fresh-made", "fresh-queries")).allTopicNames();
            assertThat(topics.get().get("fresh-made").partitions()).hasSize(3);
            assertThat(topics.get().get("fresh-queries").partitions()).hasSize(2);
            assertThat(admin.listTopics().names().get()).doesNotContain("fresh-misses");
        }
    }

    @Test
    void secondProcessOnOneStateDirectoryIsRefused() {
        var deployment = CLUSTER.deployment("twice");
        var first = deployment.start("one");

        assertRefused(
                CommandResult.of(deployment.arguments("one", List.of("run"))),
                "the state directory " + first.settings().streams().stateDir().toAbsolutePath()
                        + " is in use by another process");
    }

    @Test
    void unwritableStateDirectoryIsRefused() throws Exception {
        createTopics("unwritable", 2, 2, 1);
        var file = Files.createFile(CLUSTER.dir().resolve("a-file"));

        assertRefused(run("unwritable", "--set", "state.dir=" + file.resolve("state")), "the state directory " + file);
        var other = Files.createFile(CLUSTER.dir().resolve("another-file"));
        assertRefused(
                run("unwritable", "--state-dir", other.resolve("state").toString()), "the state directory " + other);
    }

    @Test
    void takenConsolePortIsRefusedAndTheApplicationIsGone() throws Exception {
        var deployment = CLUSTER.deployment("no-port");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertRefused(CommandResult.of(deployment.arguments("one", List.of("run"), "console.port=" + port)), port);
        }
        deployment.start("one").close();
    }

    /**
     * Asserts exit code 2, one line on stderr for each problem, which contains the given words, and no other output.
     */
    private static void assertRefused(CommandResult ran, String... problems) {
        assertThat(ran.err()).as(ran.toString()).hasSameSizeAs(problems);
        for (int i = 0; i < problems.length; i++) {
            assertThat(ran.err().get(i)).startsWith("tagweir: ").contains(problems[i]);
        }
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    /** Runs the application with topics whose names begin with {@code name}. */
    private static CommandResult run(String name, String... more) {
        var args = new ArrayList<>(List.of(
                "run",
                "--bootstrap-server",
                CLUSTER.cluster().bootstrapServers(),
                "--set",
                "application.id=" + name,
                "--set",
                "console.port=-1",
                "--set",
                "state.dir=" + CLUSTER.dir().resolve(name)));
        if (!List.of(more).contains("--registry")) {
            args.addAll(List.of("--registry", CLUSTER.cluster().registryUrl()));
        }
        args.addAll(List.of("--set", "topic.prefix=" + name + "-"));
        args.addAll(List.of(more));
        return CommandResult.of(args);
    }

    private static void createTopics(String name, int queries, int headTags, int headSnapshots) {
        CLUSTER.cluster()
                .createTopics(List.of(
                        LocalTopic.kept(name + "-queries", queries),
                        LocalTopic.compacted(name + "-head-tags", headTags),
                        LocalTopic.compacted(name + "-head-snapshots", headSnapshots),
                        LocalTopic.compacted(name + "-head-tallies", 1),
                        LocalTopic.compacted(name + "-catalog-events", 1),
                        LocalTopic.compacted(name + "-head-requests", 1),
                        LocalTopic.compacted(name + "-head-vocabulary", 1),
                        LocalTopic.compacted(name + "-students", 1),
                        LocalTopic.compacted(name + "-student-reports", 1),
                        LocalTopic.kept(name + "-tagweir-dead-letters", 1)));
        if (!name.equals("fresh")) {
            CLUSTER.cluster().createTopics(List.of(LocalTopic.kept(name + "-tagged-queries", queries)));
        }
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
