package io.tagweir.tail;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a student ran when the process died: so that a query that crashes native code takes the process down twice, and
 * not for ever.
 *
 * <pre>
 *   the process dies ─► what it ran is suspect, and runs by itself
 *     ├─► the run returns: suspect no more
 *     └─► the process dies again ─► the student is not asked for it any more
 * </pre>
 *
 * <p>A process that is killed leaves suspects, too. Only a query that is met so again in the very run it has for itself
 * is wrongly taken for the cause.
 *
 * <p>What the last process left is read at the first run, when Kafka Streams has claimed the state directory for this
 * one. Thread-safe; used by the threads of the student alone, which an {@link UncheckedIOException} ends.
 */
final class CrashLog {

    private static final Logger log = LoggerFactory.getLogger(CrashLog.class);

    private static final String RUN = ".run";
    private static final String SUSPECTS = ".suspects";

    private final @Nullable Path dir;
    private final String name;
    private final BatchSettings settings;
    private final Semaphore alone = new Semaphore(1);
    private @Nullable Map<Question, Integer> deaths;

    /** Spares the lock where there is no suspect, which is nearly always. */
    private volatile boolean mayHaveSuspects;

    /**
     * @param dir this process's alone; null: nothing is kept
     * @param name of the student's threads
     */
    CrashLog(@Nullable Path dir, String name, BatchSettings settings) {
        this.dir = dir;
        this.name = name;
        this.settings = settings;
        this.mayHaveSuspects = dir != null;
    }

    /** Where the thread with this number keeps what it runs. */
    RunPage page(int thread) {
        return new RunPage(dir == null ? null : dir.resolve(name + '-' + thread + RUN));
    }

    /** Whether the process died while it ran this. */
    boolean isSuspect(Ticket ticket) {
        return deaths(ticket) > 0;
    }

    /** Whether the process died so often while it ran this that the student is not to be asked again. */
    boolean isToBlame(Ticket ticket) {
        return deaths(ticket) >= settings.maxDeaths();
    }

    private int deaths(Ticket ticket) {
        return mayHaveSuspects ? deaths(Question.of(ticket)) : 0;
    }

    private synchronized int deaths(Question question) {
        return deaths().getOrDefault(question, 0);
    }

    /**
     * Runs a suspect while no other runs, unless that one hangs, so that it is known which of them is to blame.
     *
     * @param run returns false where it was given up
     * @return what {@code run} returned
     */
    boolean runAlone(Ticket suspect, BooleanSupplier run) throws InterruptedException {
        boolean isAlone = alone.tryAcquire(settings.watchdog().toMillis(), TimeUnit.MILLISECONDS);
        try {
            boolean returned = run.getAsBoolean();
            if (returned) {
                clear(Question.of(suspect));
            }
            return returned;
        } finally {
            if (isAlone) {
                alone.release();
            }
        }
    }

    private synchronized void clear(Question question) {
        deaths().remove(question);
        try {
            write(deaths());
        } catch (IOException e) {
            throw unusable(e);
        }
        mayHaveSuspects = !deaths().isEmpty();
    }

    private Map<Question, Integer> deaths() {
        if (deaths == null) {
            try {
                deaths = dir == null ? Map.of() : takeOver(dir);
            } catch (IOException e) {
                throw unusable(e);
            }
            mayHaveSuspects = !deaths.isEmpty();
        }
        return deaths;
    }

    private Map<Question, Integer> takeOver(Path dir) throws IOException {
        Files.createDirectories(dir);
        var counts = read(dir.resolve(name + SUSPECTS));
        var running = new LinkedHashSet<Question>();
        try (var pages = Files.newDirectoryStream(dir, name + "-*" + RUN)) {
            for (var page : pages) {
                running.addAll(RunPage.read(page));
                // Before they are counted: a process that dies in between has one more crash before it, and blames
                // nobody for two of which there was but one.
                Files.delete(page);
            }
        }
        if (!running.isEmpty()) {
            running.forEach(question -> counts.merge(question, 1, Integer::sum));
            log.warn(
                    "the process died while the {} ran {}; each runs by itself now, and after {} deaths no more",
                    name,
                    running,
                    settings.maxDeaths());
            write(counts);
        }
        return counts;
    }

    private static Map<Question, Integer> read(Path file) throws IOException {
        var counts = new LinkedHashMap<Question, Integer>();
        if (Files.exists(file)) {
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (int left = in.readInt(); left > 0; left--) {
                    counts.put(Question.read(in), in.readInt());
                }
            }
        }
        return counts;
    }

    private void write(Map<Question, Integer> counts) throws IOException {
        if (dir == null) {
            return;
        }
        var file = dir.resolve(name + SUSPECTS);
        var written = dir.resolve(name + SUSPECTS + ".new");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(written)))) {
            out.writeInt(counts.size());
            for (var entry : counts.entrySet()) {
                entry.getKey().write(out);
                out.writeInt(entry.getValue());
            }
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private UncheckedIOException unusable(IOException e) {
        return new UncheckedIOException("what the student ran can't be kept in " + dir, e);
    }
}
