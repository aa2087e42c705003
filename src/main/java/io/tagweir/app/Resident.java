package io.tagweir.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory this process has resident, as the operating system counts it. */
final class Resident {

    private Resident() {}

    /** The most it ever had, in MiB; 0 where the system (any but Linux) does not tell. */
    static long peakMb() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
