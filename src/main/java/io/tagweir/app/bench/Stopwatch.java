package io.tagweir.app.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Elapsed time, and processor time of this whole process, since it was created. Used by one thread. */
final class Stopwatch {

    /** Figure of throughput. */
    static final String RATE = "records_per_s";

    /** Figure of cost: processor time of this process. Other processes on the machine do not change it. */
    static final String CPU = "cpu_us_per_record";

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final long started = System.nanoTime();
    private final long cpu = SYSTEM.getProcessCpuTime();

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Throughput and cost of processing so many records. */
    Map<String, Double> figures(double records) {
        var figures = new LinkedHashMap<String, Double>();
        figures.put(RATE, records / seconds());
        figures.put(CPU, (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / records);
        return figures;
    }
}
