package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
import io.tagweir.topology.FakeStudent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run} says, and how it ends, where it cannot start: all problems at once, a plain line each. */
class StartRefusedIT {

    private static final String[] ROLES = {
        "queries",
        "head-tags",
        "head-snapshots",
        "head-tallies",
        "catalog-events",
        "head-requests",
        "head-vocabulary",
        "students",
        "student-reports",
        "tagged-queries",
        "dead-letters"
    };

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
    void unreachableBrokerIsNamed() throws Exception {
        String nowhere = "127.0.0.1:" + closedPort();
        var ran = Ran.command(
                "run",
                "--bootstrap-server",
                nowhere,
                "--registry",
                cluster.registryUrl(),
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
    void everythingWrongIsToldAtOnce() throws Exception {
        createTopics("unready", 2, 2, 1);
        String nowhere = "http://127.0.0.1:" + closedPort();

        var ran = run(
                "unready",
                "--registry",
                nowhere,
                "--set",
                "schema.registry.deadline.ms=1000",
                "--set",
                "topic.dead.letters=not-there",
                "--set",
                "student.dir=" + dir.resolve("no-student"));

        assertRefused(
                ran,
                nowhere,
                "topic not-there does not exist; create it, or start with --create-topics",
                "the model directory " + dir.resolve("no-student") + " does not exist");
    }

    @Test
    void brokerRegistryAndStudentAreToldAtOnce() throws Exception {
        String noBroker = "127.0.0.1:" + closedPort();
        String noRegistry = "http://127.0.0.1:" + closedPort();

        var ran = Ran.command(
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
                "student.dir=" + dir.resolve("no-student"));

        assertRefused(ran, noRegistry, noBroker, "the model directory " + dir.resolve("no-student") + " does not exist");
    }

    @Test
    void differentPartitionCountsAreRefused() {
        createTopics("crooked", 4, 2, 1);

        assertRefused(run("crooked"), "topic crooked-queries has 4 partitions and crooked-head-tags has 2");
    }

    @Test
    void secondPartitionOfTheControlTopicIsRefused() {
        createTopics("forked", 2, 2, 2);

        assertRefused(run("forked"), "topic forked-head-snapshots has 2 partitions; it must have 1");
    }

    /** Otherwise the first large answer would stop the application, at each restart again. */
    @Test
    void topicsThatTakeSmallerRecordsThanMayBeWrittenAreRefused() throws Exception {
        createTopics("narrow", 2, 2, 1);
        try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            var narrow = List.of(
                    new AlterConfigOp(new ConfigEntry("max.message.bytes", "100000"), AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "narrow-tagged-queries"), narrow,
                            new ConfigResource(ConfigResource.Type.TOPIC, "narrow-dead-letters"), narrow))
                    .all()
                    .get();
        }
        assertRefused(
                run("narrow"),
                "topic narrow-dead-letters takes records of 100000 bytes",
                "topic narrow-tagged-queries takes records of 100000 bytes");
    }

    @Test
    void limitsThatDoNotFitTheProducerAreRefusedTogether() {
        assertRefused(
                Ran.command(
                        "run",
                        "--set",
                        "kafka.producer.max.request.size=500000",
                        "--set",
                        "dead.letter.max.bytes=600000"),
                "a query may lead to a record of ",
                "dead.letter.max.bytes is 600000, and kafka.max.request.size is 500000");
    }

    @Test
    void unknownSettingIsToldWithTheNearestName() {
        assertRefused(
                Ran.command("run", "--set", "comit.interval.ms=5"),
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
                Ran.command("run", "--set", "commit.interval.ms=soon", "--set", "tail.threads=0"),
                "commit.interval.ms",
                "tail.threads");
    }

    @Test
    void commandWithoutItsArgumentsIsRefused() {
        var ran = Ran.command("query");

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
                "topic.misses=fresh-misses",
                "--set",
                "topic.tagged.queries=fresh-made",
                "--set",
                "create.topics.partitions=3",
                "--set",
                "student.dir=" + dir.resolve("no-student"));

        assertRefused(ran, "the model directory " + dir.resolve("no-student") + " does not exist");
        try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            var topics =
                    admin.describeTopics(List.of("fresh-made", "fresh-queries")).allTopicNames();
            assertThat(topics.get().get("fresh-made").partitions()).hasSize(3);
            assertThat(topics.get().get("fresh-queries").partitions()).hasSize(2);
            assertThat(admin.listTopics().names().get()).doesNotContain("fresh-misses");
        }
    }

    @Test
    void secondProcessOnOneStateDirectoryIsRefused() {
        var site = new Site(cluster, "twice", dir.resolve("twice"), Map.of());
        try (var first = site.start("one", new FakeStudent(), Map.of())) {
            var args = new ArrayList<>(List.of("run"));
            site.given("one", Map.of()).forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));

            var ran = Ran.command(args.toArray(String[]::new));

            assertRefused(
                    ran,
                    "the state directory " + first.settings().app().stateDir().toAbsolutePath()
                            + " is in use by another process");
        }
    }

    @Test
    void unwritableStateDirectoryIsRefused() throws Exception {
        createTopics("walled", 2, 2, 1);
        var file = Files.createFile(dir.resolve("a-file"));

        assertRefused(run("walled", "--set", "state.dir=" + file.resolve("state")), "the state directory " + file);
        var other = Files.createFile(dir.resolve("another-file"));
        assertRefused(run("walled", "--state-dir", other.resolve("state").toString()), "the state directory " + other);
    }

    @Test
    void takenConsolePortIsRefusedAndTheApplicationIsGone() throws Exception {
        var site = new Site(cluster, "deaf", dir.resolve("deaf"), Map.of());
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var args = new ArrayList<>(List.of("run"));
            site.given("one", Map.of("console.port", Integer.toString(taken.getLocalPort())))
                    .forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));

            assertRefused(Ran.command(args.toArray(String[]::new)), Integer.toString(taken.getLocalPort()));
        }
        site.start("one", new FakeStudent(), Map.of()).close();
    }

    /** Exit code 2, and on stderr one line for each problem, which holds the given words; nothing else anywhere. */
    private static void assertRefused(Ran ran, String... problems) {
        assertThat(ran.err()).as(ran.toString()).hasSameSizeAs(problems);
        for (int i = 0; i < problems.length; i++) {
            assertThat(ran.err().get(i)).startsWith("tagweir: ").contains(problems[i]);
        }
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    /** Runs the application on topics of a name of its own. */
    private static Ran run(String name, String... more) {
        var args = new ArrayList<>(List.of(
                "run",
                "--bootstrap-server",
                cluster.bootstrapServers(),
                "--set",
                "application.id=" + name,
                "--set",
                "console.port=-1",
                "--set",
                "state.dir=" + dir.resolve(name)));
        if (!List.of(more).contains("--registry")) {
            args.addAll(List.of("--registry", cluster.registryUrl()));
        }
        for (var role : ROLES) {
            String setting = "topic." + role.replace('-', '.');
            if (List.of(more).stream().noneMatch(argument -> argument.startsWith(setting + "="))) {
                args.addAll(List.of("--set", setting + "=" + name + "-" + role));
            }
        }
        args.addAll(List.of(more));
        return Ran.command(args.toArray(String[]::new));
    }

    private static void createTopics(String name, int queries, int headTags, int headSnapshots) {
        cluster.createTopics(List.of(
                LocalTopic.kept(name + "-queries", queries),
                LocalTopic.compacted(name + "-head-tags", headTags),
                LocalTopic.compacted(name + "-head-snapshots", headSnapshots),
                LocalTopic.compacted(name + "-head-tallies", 1),
                LocalTopic.compacted(name + "-catalog-events", 1),
                LocalTopic.compacted(name + "-head-requests", 1),
                LocalTopic.compacted(name + "-head-vocabulary", 1),
                LocalTopic.compacted(name + "-students", 1),
                LocalTopic.compacted(name + "-student-reports", 1),
                LocalTopic.kept(name + "-dead-letters", 1)));
        if (!name.equals("fresh")) {
            cluster.createTopics(List.of(LocalTopic.kept(name + "-tagged-queries", queries)));
        }
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
