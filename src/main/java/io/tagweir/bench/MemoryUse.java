package io.tagweir.bench;

import java.lang.management.ManagementFactory;

/**
 * Memory of this process.
 *
 * @param heap bytes in use after a collection
 * @param resident bytes the operating system counts as its; 0 where it does not tell
 */
record MemoryUse(long heap, long resident) {

    /** As it is now, once garbage is collected. */
    static MemoryUse now() {
        var memory = ManagementFactory.getMemoryMXBean();
        // The first collection finds what has to be cleaned or dereferenced, the second is rid of it.
        memory.gc();
        memory.gc();
        return new MemoryUse(memory.getHeapMemoryUsage().getUsed(), Resident.now());
    }

    static double mb(long bytes) {
        return bytes / 1e6;
    }
}
