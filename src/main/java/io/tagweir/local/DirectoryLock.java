package io.tagweir.local;

import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one process on a data directory. The system gives the lock back when its holder dies, however it dies,
 * so that a killed broker can be started again.
 */
final class DirectoryLock implements AutoCloseable {

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the directory where it is missing, and claims it; throws {@link CannotStart} where another has it. */
    static DirectoryLock of(Path dir) {
        FileChannel channel;
        try {
            Files.createDirectories(dir);
            channel =
                    FileChannel.open(dir.resolve("tagweir.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException unusable) {
            throw new CannotStart("directory " + dir + " cannot be used: " + Reason.of(unusable), unusable);
        }
        try {
            if (lock(channel) == null) {
                channel.close();
                throw new CannotStart("directory " + dir + " is in use by another broker; stop it or choose another");
            }
        } catch (IOException unusable) {
            throw new CannotStart("directory " + dir + " cannot be locked: " + Reason.of(unusable), unusable);
        }
        return new DirectoryLock(channel);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
