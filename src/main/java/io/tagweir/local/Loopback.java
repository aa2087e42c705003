package io.tagweir.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1, the only address the embedded servers listen on. It is spelled as a number because "localhost" is
 * the IPv6 loopback to some clients.
 */
final class Loopback {

    static final String HOST = "127.0.0.1";

    /**
     * Free ports are looked for below the range from which systems take the ports of outgoing connections (32768 and up
     * on Linux, 49152 and up elsewhere): there, a client that keeps trying a stopped broker on its own machine can end
     * up connected to itself, and then the broker cannot have its port back.
     */
    private static final int LOWEST_FREE = 20_000;

    private static final int FREE_RANGE = 12_000;

    private Loopback() {}

    static InetSocketAddress at(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The wanted port, or a free one where {@code wanted} is 0.
     *
     * @param option what the user calls this port, for the message
     * @throws CannotStart where the wanted port is taken
     */
    static int port(int wanted, String option) {
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

    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(at(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
