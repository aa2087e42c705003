package io.tagweir.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A backlog worked off by a contender: a topic filled beforehand, and the clock on its way through.
 *
 * <p>The clock starts when a tenth of the answers is out and stops with the last, so that start-up and a cold heap
 * cache stay out of it. Progress is read from the end offsets of the answers, which costs the contender next to
 * nothing; the answers themselves are read and checked afterwards.
 *
 * @param queries the topic
 * @param count of the queries in it
 * @param misses of these, the ones no head holds
 */
record Drain(Testbed bed, String queries, int count, int misses) {

    private static final double STARTS_AT = 0.1;
    private static final Duration GLANCE = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Records a second, and what they looked like. */
    record Run(double recordsPerSecond, double bytesPerRecord) {}

    Run run(Contender contender) {
        String answers = bed.createNew("answers");
        bed.rewind(contender.group(), queries);
        double rate;
        try (var running = contender.start(queries, answers, Tuning.DRAIN)) {
            rate = time(contender.name(), answers);
        }
        var written = Answers.read(bed, answers, count, contender.tags());
        written.check(contender.name(), count, misses, contender.tags());
        bed.delete(answers);
        return new Run(rate, (double) written.bytes() / written.records());
    }

    private double time(String name, String answers) {
        long startedAt = 0;
        long startCount = -1;
        long before = 0;
        long moved = System.nanoTime();
        while (true) {
            long out = bed.end(answers);
            long now = System.nanoTime();
            if (startCount < 0 && out >= count * STARTS_AT) {
                startedAt = now;
                startCount = out;
            }
            if (out >= count) {
                return (count - startCount) * 1e9 / (now - startedAt);
            }
            if (out != before) {
                before = out;
                moved = now;
            } else if (now - moved > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        name + " stopped answering: " + out + " of " + count + " answers are out");
            }
            LockSupport.parkNanos(GLANCE.toNanos());
        }
    }
}
