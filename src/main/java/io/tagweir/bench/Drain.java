package io.tagweir.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A backlog worked off by a contender: a topic filled beforehand, and the clock on its way through.
 *
 * <p>The clock starts when a tenth of the answers is out and stops with the last, so that start-up and a cold heap
 * cache stay out of it. Progress is read from the end offsets of the answers; the answers themselves are read and
 * checked afterwards. Asking for offsets costs processor time too, here and in the broker, which a contender that needs
 * all of it would lose: so the longer a drain takes the rarer it is looked at, which puts its end off by a quarter of a
 * percent on average.
 *
 * @param queries the topic
 * @param count of the queries in it
 * @param misses of these, the ones no head holds
 */
record Drain(Testbed bed, String queries, int count, int misses) {

    private static final double STARTS_AT = 0.1;
    private static final Duration GLANCE = Duration.ofMillis(5);

    /** What a drain has taken so far, divided by this, passes between two looks. */
    private static final int LOOKS = 200;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * What a drain came to.
     *
     * @param cpuMicros processor time of this whole process for one record; other processes on the machine slow a drain
     *     down, and leave this alone
     */
    record Run(double recordsPerSecond, double cpuMicros, double bytesPerRecord) {

        Map<String, Double> figures() {
            var figures = Course.figures(recordsPerSecond, cpuMicros);
            figures.put("answer_bytes", bytesPerRecord);
            return figures;
        }
    }

    private record Timed(double recordsPerSecond, double cpuMicros) {}

    Run run(Contender contender) {
        String answers = bed.createNew("answers");
        bed.rewind(contender.group(), queries);
        Timed timed;
        try (var running = contender.start(queries, answers, Tuning.DRAIN)) {
            timed = time(contender.name(), answers);
        }
        var written = Answers.read(bed, answers, count, contender.tags());
        written.check(contender.name(), count, misses, contender.tags());
        bed.delete(answers);
        return new Run(timed.recordsPerSecond, timed.cpuMicros, (double) written.bytes() / written.records());
    }

    private Timed time(String name, String answers) {
        long startedAt = 0;
        long startCpu = 0;
        long startCount = -1;
        long before = 0;
        long begun = System.nanoTime();
        long moved = begun;
        while (true) {
            long out = bed.end(answers);
            long now = System.nanoTime();
            if (startCount < 0 && out >= count * STARTS_AT) {
                startedAt = now;
                startCpu = ProcessorTime.nanos();
                startCount = out;
            }
            if (out >= count) {
                double answered = count - startCount;
                return new Timed(
                        answered * 1e9 / (now - startedAt), (ProcessorTime.nanos() - startCpu) / 1e3 / answered);
            }
            if (out != before) {
                before = out;
                moved = now;
            } else if (now - moved > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        name + " stopped answering: " + out + " of " + count + " answers are out");
            }
            LockSupport.parkNanos(Math.max(GLANCE.toNanos(), (now - begun) / LOOKS));
        }
    }
}
