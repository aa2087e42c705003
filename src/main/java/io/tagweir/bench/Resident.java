package io.tagweir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory this process has resident, as the operating system counts it; 0 where it (any but Linux) does not tell. */
public final class Resident {

    private Resident() {}

    /** The most it ever had, in MiB. */
    public static long peakMb() {
        return kib("VmHWM:") / 1024;
    }

    /** What it has now, in bytes. */
    static long now() {
        return kib("VmRSS:") * 1024;
    }

    private static long kib(String line) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(one -> one.startsWith(line))
                    .mapToLong(one -> Long.parseLong(one.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
