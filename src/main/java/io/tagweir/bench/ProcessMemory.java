package io.tagweir.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of this process.
 *
 * @param heap bytes in use after a garbage collection
 * @param resident bytes resident according to the operating system; 0 on any but Linux
 */
public record ProcessMemory(long heap, long resident) {

    /** Collects garbage, then measures. */
    public static ProcessMemory measure() {
        var memory = ManagementFactory.getMemoryMXBean();
        // The first collection enqueues references to be cleaned up; the second reclaims what they held.
        memory.gc();
        memory.gc();
        return new ProcessMemory(memory.getHeapMemoryUsage().getUsed(), kib("VmRSS:") * 1024);
    }

    /** The peak resident memory, in MiB; 0 on any but Linux. */
    public static long peakResidentMb() {
        return kib("VmHWM:") / 1024;
    }

    private static long kib(String field) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
