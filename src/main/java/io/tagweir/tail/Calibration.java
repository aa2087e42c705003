package io.tagweir.tail;

import io.tagweir.student.Encoded;
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
 * How fast a student gets through queries on this machine, by threads and by queries in a run, and the settings that
 * follow.
 *
 * <p>Each measurement is taken in several rounds over all of them, so that a disturbance hits many a little and none
 * alone; the medians count. Owned by one thread.
 */
public final class Calibration {

    /** Rounds that count; one before them warms up. */
    private static final int ROUNDS = 3;

    /** A setting with fewer threads or smaller runs is preferred to one that is faster by no more than this. */
    private static final double WORTH = 0.05;

    /** Share of the sample's queries whose full runs the token budget must not cut. */
    private static final double FITS = 0.99;

    /** Runs' worth of queries that a thread takes at once, to have some of like length. */
    private static final int RUNS_AT_ONCE = 8;

    private final List<String> texts;
    private final IntFunction<Student> session;

    /** @param queries in one run of the model */
    private record Spin(int threads, int queries) {}

    /**
     * What came out.
     *
     * @param queries in one run of the model
     * @param queriesPerSecond of all threads together
     * @param run median time of one run, encoding left out
     * @param cpuMicros microseconds of the CPU for one query, encoding included; on a GPU it is the CPU's part alone
     */
    public record Figure(int threads, int queries, double queriesPerSecond, Duration run, double cpuMicros) {

        /** Share of the time in which the threads were on a core: near 1 on a CPU nobody else wants. */
        public double busy() {
            return queriesPerSecond * cpuMicros / 1e6 / threads;
        }
    }

    /**
     * @param texts canonical queries, in an order like that in which they come
     * @param session the student that a thread of that number is to run
     */
    public Calibration(List<String> texts, IntFunction<Student> session) {
        this.texts = List.copyOf(texts);
        this.session = session;
    }

    /** Threads worth a try on so many cores: one, twice as many, and so on, and all. */
    public static List<Integer> threads(int cores) {
        return Stream.concat(
                        IntStream.iterate(1, threads -> threads < cores, threads -> 2 * threads)
                                .boxed(),
                        Stream.of(cores))
                .toList();
    }

    /**
     * Measures every pair of threads and queries in a run.
     *
     * @param within time for all of it
     */
    public List<Figure> measure(Collection<Integer> threads, Collection<Integer> queries, Duration within)
            throws InterruptedException {
        var spins = new ArrayList<Spin>();
        threads.forEach(some -> queries.forEach(size -> spins.add(new Spin(some, size))));
        var found = new LinkedHashMap<Spin, List<Figure>>();
        var slice = within.dividedBy((ROUNDS + 1L) * spins.size());
        for (int round = -1; round < ROUNDS; round++) {
            for (var spin : spins) {
                var figure = CalibrationRun.of(texts, session, spin.threads(), spin.queries(), slice);
                if (round >= 0) {
                    found.computeIfAbsent(spin, first -> new ArrayList<>()).add(figure);
                }
            }
        }
        return found.values().stream().map(Calibration::median).toList();
    }

    private static Figure median(List<Figure> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Figure::queriesPerSecond))
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** The one to run with: about the fastest, with as few threads as that takes, and then with the smallest runs. */
    public static Figure pick(List<Figure> figures) {
        double best =
                figures.stream().mapToDouble(Figure::queriesPerSecond).max().orElseThrow();
        return figures.stream()
                .filter(figure -> figure.queriesPerSecond() >= (1 - WORTH) * best)
                .min(Comparator.comparingInt(Figure::threads).thenComparingInt(Figure::queries))
                .orElseThrow();
    }

    /** The settings to run so with. */
    public Map<String, String> settings(Figure picked) {
        int[] lengths = texts.stream()
                .map(session.apply(0)::encode)
                .mapToInt(Encoded::pieces)
                .sorted()
                .toArray();
        int length = lengths[(int) (FITS * (lengths.length - 1))];
        var settings = new LinkedHashMap<String, String>();
        settings.put(BatchSettings.THREADS, Integer.toString(picked.threads()));
        settings.put(BatchSettings.WINDOW, Integer.toString(RUNS_AT_ONCE * picked.queries()));
        settings.put(BatchSettings.MAX_QUERIES, Integer.toString(picked.queries()));
        settings.put(BatchSettings.MAX_TOKENS, Integer.toString(length * picked.queries()));
        settings.put(BatchSettings.CAPACITY, String.format(Locale.ROOT, "%.0f", picked.queriesPerSecond()));
        return settings;
    }
}
