package io.tagweir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.local.PlainRecords;
import io.tagweir.local.RegistryCalls;
import io.tagweir.wire.WireConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCommandIT {

    @TempDir
    Path dir;

    @Test
    void restartedBrokerHasTheRecordsAndSchemasOfTheKilledOne() throws Exception {
        List<byte[]> sent = IntStream.range(0, 2_000)
                .mapToObj(i -> ("r" + i).getBytes(UTF_8))
                .toList();
        int id;
        try (var first = local()) {
            var at = first.awaitReady();
            id = new RegistryCalls(at.registryUrl()).idOf("queries-value", "\"string\"");
            PlainRecords.write(at.bootstrapServers(), "queries", sent);
            first.kill();
        }

        try (var second = local()) {
            var at = second.awaitReady();
            assertThat(PlainRecords.readAll(at.bootstrapServers(), "queries"))
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyInAnyOrderElementsOf(sent);
            assertThat(new RegistryCalls(at.registryUrl()).schema(id)).isEqualTo("\"string\"");
            PlainRecords.write(at.bootstrapServers(), "queries", sent.subList(0, 1));
        }
    }

    @Test
    void terminationClosesCleanlyAndLeavesWith0() throws Exception {
        try (var local = local()) {
            local.awaitReady();
            local.terminate();

            assertThat(local.awaitExit()).isZero();
            assertThat(dir.resolve("kafka/.kafka_cleanshutdown")).exists();
        }
    }

    /** Both look for a free port before either listens. */
    @Test
    void twoStartedAtOnceWithoutPortsBothGetReady() throws Exception {
        try (var first = TagweirProcess.start("local");
                var second = TagweirProcess.start("local")) {
            var one = first.awaitReady();
            var other = second.awaitReady();

            assertThat(one.bootstrapServers()).isNotEqualTo(other.bootstrapServers());
            assertThat(one.registryUrl()).isNotEqualTo(other.registryUrl());
            assertThat(new RegistryCalls(one.registryUrl()).idOf("queries-value", "\"string\""))
                    .isPositive();
            // Or their temporary directories stay.
            first.terminate();
            second.terminate();
            first.awaitExit();
            second.awaitExit();
        }
    }

    @Test
    void linesAfterReadyPointOtherCommandsToThisCluster() throws Exception {
        try (var local = local()) {
            var at = local.awaitReady();

            assertThat(local.awaitLine())
                    .isEqualTo(
                            "export " + Settings.variable(AppSettings.BOOTSTRAP_SERVERS) + "=" + at.bootstrapServers());
            assertThat(local.awaitLine())
                    .isEqualTo("export " + Settings.variable(WireConfig.URL) + "=" + at.registryUrl());
        }
    }

    @Test
    void takenPortEndsWithOneLineAnd2() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                var local = TagweirProcess.start("local", "--kafka-port", "" + taken.getLocalPort())) {
            assertThat(local.awaitExit()).isEqualTo(2);
            assertThat(local.stderr().lines())
                    .containsExactly(
                            "tagweir: port " + taken.getLocalPort() + " is taken; choose another with --kafka-port");
        }
    }

    @Test
    void directoryInUseEndsWithOneLineAnd2() throws Exception {
        try (var first = local()) {
            first.awaitReady();
            try (var second = local()) {
                assertThat(second.awaitExit()).isEqualTo(2);
                assertThat(second.stderr().lines())
                        .containsExactly("tagweir: directory " + dir
                                + " is in use by another broker; stop it or choose another");
            }
        }
    }

    @Test
    void otherPartitionCountThanTheDirectoryHoldsIsRefused() throws Exception {
        try (var first = local("--partitions", "2")) {
            first.awaitReady();
            first.terminate();
            first.awaitExit();
        }
        try (var second = local("--partitions", "3")) {
            assertThat(second.awaitExit()).isEqualTo(2);
            assertThat(second.stderr()).contains("topic queries in " + dir + " has 2 partitions, not 3");
        }
    }

    private TagweirProcess local(String... more) throws Exception {
        var arguments =
                new ArrayList<>(List.of("local", "--kafka-port", "0", "--registry-port", "0", "--dir", dir.toString()));
        arguments.addAll(List.of(more));
        return TagweirProcess.start(arguments);
    }
}
