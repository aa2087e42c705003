package io.tagweir.local;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1, the only address that the embedded servers listen on. It is written as a number because
 * "localhost" is the IPv6 loopback to some clients.
 */
final class Loopback {

    static final String HOST = "127.0.0.1";

    /**
     * Free ports are taken from below the range of outgoing connections (32768 and up on Linux, 49152 and up
     * elsewhere). In that range, a client that keeps trying to reach a stopped broker can get connected to itself, and
     * the broker can't have its port back.
     */
    private static final int LOWEST_FREE = 20_000;

    private static final int FREE_RANGE = 12_000;

    private static final Map<Integer, DatagramSocket> CLAIMS = new HashMap<>();

    private Loopback() {}

    static InetSocketAddress at(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The wanted port, or a free one if {@code wanted} is 0.
     *
     * @param option of the command line, for the message
     * @throws CannotStart if there is no such port or it is taken
     */
    static int port(int wanted, String option) {
        if (wanted < 0 || wanted > 65_535) {
            throw new CannotStart(option + " is " + wanted + "; ports are 1 to 65535, and 0 takes a free one");
        }
        if (wanted == 0) {
            return free();
        }
        if (!isFree(wanted)) {
            throw taken(wanted, option);
        }
        return wanted;
    }

    static CannotStart taken(int port, String option) {
        return new CannotStart("port " + port + " is taken; choose another with " + option);
    }

    static int free() {
        int start = ThreadLocalRandom.current().nextInt(FREE_RANGE);
        for (int i = 0; i < FREE_RANGE; i++) {
            int port = LOWEST_FREE + (start + i) % FREE_RANGE;
            if (isFree(port)) {
                return port;
            }
        }
        throw new CannotStart("no port between " + LOWEST_FREE + " and " + (LOWEST_FREE + FREE_RANGE - 1) + " is free");
    }

    /**
     * Whether the port is free and this process is the first to claim it. A broker listens a second after it has chosen
     * its port, and of two that start at once only one may choose it. The claim is a UDP socket with the same number,
     * since the servers use TCP only. The system drops it when the process ends, however it ends.
     */
    static synchronized boolean claim(int port) {
        if (CLAIMS.containsKey(port)) {
            return false;
        }
        try {
            var claim = new DatagramSocket(at(port));
            if (isFree(port)) {
                CLAIMS.put(port, claim);
                return true;
            }
            claim.close();
            return false;
        } catch (SocketException claimed) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(at(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
