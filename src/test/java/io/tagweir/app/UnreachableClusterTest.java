package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.app.cluster.BrokerProbe;
import io.tagweir.app.settings.AppSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What commands print if no broker listens. A slow broker is waited for. */
class UnreachableClusterTest {

    /** Far longer than a refused connection may be waited for, on the slowest machine. */
    private static final Duration SLOW_CLUSTER = Duration.ofMinutes(5);

    static final List<List<String>> COMMANDS = List.of(
            List.of("query", "organic milk"),
            List.of("snapshot", "list"),
            List.of("snapshot", "activate", "v1"),
            List.of("snapshot", "rollback"),
            List.of("student", "list"),
            List.of("student", "rollback"));

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void refusedConnectionIsReportedWithoutTheWaitForASlowCluster(List<String> command) throws Exception {
        int nowhere = closedPort();
        long began = System.nanoTime();

        var ran = run(command, "127.0.0.1:" + nowhere, SLOW_CLUSTER);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SLOW_CLUSTER.dividedBy(2));
        assertThat(ran.err())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("tagweir: no broker can be reached at 127.0.0.1:" + nowhere + ": Connection refused")
                .contains("--bootstrap-server");
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void brokerThatTakesTheConnectionIsWaitedFor() throws Exception {
        try (var slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + slow.getLocalPort();
            var ran = run(List.of("query", "organic milk"), address, Duration.ofSeconds(2));

            assertThat(ran.err()).last().asString().startsWith("tagweir: the brokers at " + address + " can't be used");
        }
    }

    @Test
    void oneAddressThatListensIsEnough() throws Exception {
        try (var slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(BrokerProbe.refusal(
                            "127.0.0.1:" + closedPort() + ", PLAINTEXT://127.0.0.1:" + slow.getLocalPort()))
                    .isEmpty();
        }
    }

    @Test
    void addressThatCantBeResolvedIsLeftToKafka() throws Exception {
        assertThat(BrokerProbe.refusal("no-such-host.invalid:9092")).isEmpty();
        assertThat(BrokerProbe.refusal("127.0.0.1")).isEmpty();
        assertThat(BrokerProbe.refusal("no-such-host.invalid:9092,127.0.0.1:" + closedPort()))
                .isPresent();
    }

    private static CommandResult run(List<String> command, String bootstrapServer, Duration patience)
            throws IOException {
        var args = new ArrayList<>(command);
        args.addAll(List.of("--bootstrap-server", bootstrapServer, "--registry", "http://127.0.0.1:" + closedPort()));
        args.addAll(List.of("--set", AppSettings.START_DEADLINE + "=" + patience.toMillis()));
        return CommandResult.of(args);
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
