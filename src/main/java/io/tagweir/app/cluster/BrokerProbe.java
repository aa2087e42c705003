package io.tagweir.app.cluster;

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
 * Checks whether anything listens at the brokers' addresses. Kafka's clients don't distinguish a refused connection
 * from a slow one, and retry until their timeout. Blocks the calling thread.
 */
public final class BrokerProbe {

    /** How long all addresses must refuse, so that a broker that is restarting is found. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** An address that does not answer within this time is slow; Kafka's clients then wait for it. */
    private static final int SLOW_MS = 500;

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);

    private BrokerProbe() {}

    /**
     * The reason why no broker can be reached, if every address has refused for {@link #PATIENCE}; empty otherwise.
     *
     * @param bootstrapServers {@code host:port}, separated by commas
     */
    public static Optional<String> refusal(String bootstrapServers) {
        var addresses = addresses(bootstrapServers);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var refusal = refusal(addresses);
            if (refusal.isEmpty() || System.nanoTime() > deadline) {
                return refusal;
            }
            LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
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

    /** Empty if an address is malformed or no host is known: Kafka reports that. */
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
                continue; // Kafka ignores it, too, if another host is known.
            }
        }
        return addresses;
    }
}
