package io.tagweir.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of the processes that start at the same time may have a port: a broker takes a second from the moment it is
 * told its port until it listens there. A claim is a lock on a file in the temporary directory, and ends with the
 * process.
 */
final class PortClaim {

    private static final Map<Integer, FileLock> HELD = new HashMap<>();

    private PortClaim() {}

    /** Whether the port is free and this process is the first to claim it. */
    static synchronized boolean succeeds(int port) {
        // The file of a claim that is held must not be opened again: closing it would give the lock back.
        return !HELD.containsKey(port) && Loopback.isFree(port) && locked(port);
    }

    private static boolean locked(int port) {
        var file = Path.of(System.getProperty("java.io.tmpdir"), "tagweir-port-" + port + ".lock");
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return false;
            }
            HELD.put(port, lock);
            return true;
        } catch (IOException another) {
            return false; // Another user's file.
        }
    }
}
