package io.tagweir.app;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Utils;

/**
 * Whether anything listens where the brokers should be. Kafka's clients don't tell a refused connection from a slow
 * one, and try again until their time is up. Used by one thread, which waits.
 */
final class BrokerProbe {

    /** How long every address may refuse: a broker that is just being restarted is not missed. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** An address that has not answered within this is slow, which is for Kafka's clients to wait for. */
    private static final int SLOW_MS = 500;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private BrokerProbe() {}

    /**
     * Why no broker can be reached: every address has refused for {@link #PATIENCE}. Empty where one has not, or can't
     * be told.
     *
     * @param bootstrapServers {@code host:port}, separated by commas
     */
    static Optional<String> refusal(String bootstrapServers) {
        var addresses = addresses(bootstrapServers);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var refusal = refusal(addresses);
            if (refusal.isEmpty() || System.nanoTime() > deadline) {
                return refusal;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static Optional<String> refusal(List<InetSocketAddress> addresses) {
        String reason = null;
        for (var address : addresses) {
            try (var socket = new Socket()) {
                socket.connect(address, SLOW_MS);
                return Optional.empty();
            } catch (SocketTimeoutException slow) {
                return Optional.empty();
            } catch (IOException refused) {
                reason = Reason.of(refused);
            }
        }
        return Optional.ofNullable(reason);
    }

    /** None where one is malformed or no host is known: Kafka has words for that. */
    private static List<InetSocketAddress> addresses(String bootstrapServers) {
        var addresses = new ArrayList<InetSocketAddress>();
        for (String server : bootstrapServers.split(",")) {
            String host = Utils.getHost(server.strip());
            Integer port = Utils.getPort(server.strip());
            if (host == null || port == null || port > 65_535) {
                return List.of();
            }
            try {
                for (var address : InetAddress.getAllByName(host)) {
                    addresses.add(new InetSocketAddress(address, port));
                }
            } catch (UnknownHostException unknown) {
                continue; // Kafka passes over it, too, as long as another is known.
            }
        }
        return addresses;
    }
}
