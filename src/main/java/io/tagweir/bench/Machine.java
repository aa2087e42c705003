package io.tagweir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that the figures were measured on.
 *
 * @param load the system's load average over the minute before the start; negative if unknown. If it is more than a
 *     fraction of the cores, other processes were busy and the figures are too low.
 */
public record Machine(int cores, String cpu, String jvm, String os, double load) {

    public static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                cpuModel(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            // Only Linux has this file.
            return System.getProperty("os.arch");
        }
    }

    ObjectNode json() {
        return new ObjectMapper()
                .createObjectNode()
                .put("cores", cores)
                .put("cpu", cpu)
                .put("jvm", jvm)
                .put("os", os)
                .put("load_before", load);
    }

    public void print(PrintWriter out) {
        out.printf("%d cores, %s; %s; %s; load before %.1f%n", cores, cpu, jvm, os, load);
    }
}
