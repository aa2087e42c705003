package io.tagweir.inference;

import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures a student's throughput on this machine, by number of threads and queries per run, and derives settings from
 * it.
 *
 * <p>All measurements are repeated in several rounds, so that a disturbance affects many a little and none alone. The
 * medians count. Owned by one thread.
 */
public final class Calibration {

    /** Measured rounds, after one for warm-up. */
    private static final int ROUNDS = 3;

    /** Fewer threads or smaller runs are preferred unless they are slower by more than this share. */
    private static final double TOLERANCE = 0.05;

    /** Quantile of query lengths at which the token limit still allows full runs. */
    private static final double LENGTH_QUANTILE = 0.99;

    private final List<String> texts;
    private final IntFunction<Student> session;

    /** @param queries queries per run */
    private record Shape(int threads, int queries) {}

    /**
     * A measurement.
     *
     * @param queries queries per run
     * @param queriesPerSecond of all threads together
     * @param run median time of a run, without tokenization
     * @param cpuMicros CPU time per query in microseconds, tokenization included; on a GPU the CPU's part only
     */
    public record Measurement(int threads, int queries, double queriesPerSecond, Duration run, double cpuMicros) {

        /** Share of the time the threads were on a core: close to 1 on an otherwise idle CPU. */
        public double busy() {
            return queriesPerSecond * cpuMicros / 1e6 / threads;
        }
    }

    /**
     * @param texts canonical queries, in typical order
     * @param session the student that the thread with that number runs
     */
    public Calibration(List<String> texts, IntFunction<Student> session) {
        this.texts = List.copyOf(texts);
        this.session = session;
    }

    /** Numbers of threads to try on so many cores: powers of two, and all cores. */
    public static List<Integer> threads(int cores) {
        return Stream.concat(
                        IntStream.iterate(1, threads -> threads < cores, threads -> 2 * threads)
                                .boxed(),
                        Stream.of(cores))
                .toList();
    }

    /**
     * Measures all combinations of threads and queries per run.
     *
     * @param within time for all of them
     */
    public List<Measurement> measure(Collection<Integer> threads, Collection<Integer> queries, Duration within)
            throws InterruptedException {
        var shapes = new ArrayList<Shape>();
        threads.forEach(some -> queries.forEach(size -> shapes.add(new Shape(some, size))));
        var found = new LinkedHashMap<Shape, List<Measurement>>();
        var slice = within.dividedBy((ROUNDS + 1L) * shapes.size());
        for (int round = -1; round < ROUNDS; round++) {
            for (var shape : shapes) {
                var figure = CalibrationRun.of(texts, session, shape.threads(), shape.queries(), slice);
                if (round >= 0) {
                    found.computeIfAbsent(shape, first -> new ArrayList<>()).add(figure);
                }
            }
        }
        return found.values().stream().map(Calibration::median).toList();
    }

    private static Measurement median(List<Measurement> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Measurement::queriesPerSecond))
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** The best: among the fastest the one with the fewest threads, then with the smallest runs. */
    public static Measurement pick(List<Measurement> figures) {
        double best = figures.stream()
                .mapToDouble(Measurement::queriesPerSecond)
                .max()
                .orElseThrow();
        return figures.stream()
                .filter(figure -> figure.queriesPerSecond() >= (1 - TOLERANCE) * best)
                .min(Comparator.comparingInt(Measurement::threads).thenComparingInt(Measurement::queries))
                .orElseThrow();
    }

    /** The settings that follow from a measurement. */
    public Map<String, String> settings(Measurement picked) {
        int[] lengths = texts.stream()
                .map(session.apply(0)::encode)
                .mapToInt(EncodedQuery::tokens)
                .sorted()
                .toArray();
        int length = lengths[(int) (LENGTH_QUANTILE * (lengths.length - 1))];
        var settings = new LinkedHashMap<String, String>();
        settings.put(BatchSettings.THREADS.key(), Integer.toString(picked.threads()));
        settings.put(BatchSettings.MAX_QUERIES.key(), Integer.toString(picked.queries()));
        settings.put(BatchSettings.MAX_TOKENS.key(), Integer.toString(length * picked.queries()));
        settings.put(BatchSettings.CAPACITY.key(), String.format(Locale.ROOT, "%.0f", picked.queriesPerSecond()));
        return settings;
    }
}
