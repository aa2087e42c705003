package io.tagweir.inference;

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
 * Records what students run, so that a query that crashes native code kills the process at most
 * {@link BatchSettings#maxDeaths} times.
 *
 * <pre>
 *   process dies ─► the queries it was running are suspects; each runs alone
 *     ├─► its run returns ─────► no longer a suspect
 *     └─► process dies again ──► after maxDeaths deaths the student is not asked again
 * </pre>
 *
 * <p>A process that is killed from outside leaves suspects, too. A query is blamed wrongly only if it is killed again
 * in the very run it has for itself.
 *
 * <p>The journal of the last process is read at the first run, when Kafka Streams has locked the state directory for
 * this process. Thread-safe; used by workers only, which an {@link UncheckedIOException} ends.
 */
final class CrashJournal {

    private static final Logger log = LoggerFactory.getLogger(CrashJournal.class);

    private static final String RUN = ".run";
    private static final String SUSPECTS = ".suspects";

    private final @Nullable Path dir;
    private final String name;
    private final BatchSettings settings;
    private final Semaphore alone = new Semaphore(1);
    private @Nullable Map<RequestKey, Integer> deaths;

    /** Avoids the lock while there is no suspect, which is nearly always. */
    private volatile boolean mayHaveSuspects;

    /**
     * @param dir used by this process only; null: nothing is kept
     * @param name of the {@link MicroBatcher}
     */
    CrashJournal(@Nullable Path dir, String name, BatchSettings settings) {
        this.dir = dir;
        this.name = name;
        this.settings = settings;
        this.mayHaveSuspects = dir != null;
    }

    /** The page of the worker thread with this number. */
    JournalPage page(int thread) {
        return new JournalPage(dir == null ? null : dir.resolve(name + '-' + thread + RUN));
    }

    /** Whether the process died in a run of this request. */
    boolean isSuspect(Request<?> request) {
        return deaths(request) > 0;
    }

    /** Whether the process died in runs of this request so often that it must not run again. */
    boolean isPoison(Request<?> request) {
        return deaths(request) >= settings.faults().maxDeaths();
    }

    private int deaths(Request<?> request) {
        return mayHaveSuspects ? deaths(request.key()) : 0;
    }

    private synchronized int deaths(RequestKey key) {
        return deaths().getOrDefault(key, 0);
    }

    /**
     * Runs a suspect while no other suspect runs, unless that one hangs, so that a death has one cause.
     *
     * @param run returns false if the worker was given up
     * @return what {@code run} returned
     */
    boolean runAlone(Request<?> suspect, BooleanSupplier run) throws InterruptedException {
        boolean isAlone = alone.tryAcquire(settings.faults().watchdog().toMillis(), TimeUnit.MILLISECONDS);
        try {
            boolean returned = run.getAsBoolean();
            if (returned) {
                clear(suspect.key());
            }
            return returned;
        } finally {
            if (isAlone) {
                alone.release();
            }
        }
    }

    private synchronized void clear(RequestKey key) {
        deaths().remove(key);
        try {
            write(deaths());
        } catch (IOException e) {
            throw unusable(e);
        }
        mayHaveSuspects = !deaths().isEmpty();
    }

    private Map<RequestKey, Integer> deaths() {
        if (deaths == null) {
            try {
                deaths = dir == null ? Map.of() : readLastProcess(dir);
            } catch (IOException e) {
                throw unusable(e);
            }
            mayHaveSuspects = !deaths.isEmpty();
        }
        return deaths;
    }

    private Map<RequestKey, Integer> readLastProcess(Path dir) throws IOException {
        Files.createDirectories(dir);
        var counts = readCounts(dir.resolve(name + SUSPECTS));
        var running = new LinkedHashSet<RequestKey>();
        try (var pages = Files.newDirectoryStream(dir, name + "-*" + RUN)) {
            for (var page : pages) {
                running.addAll(JournalPage.read(page));
                // Deleted before it is counted: if the process dies in between, one death is counted too few and not
                // one too many.
                Files.delete(page);
            }
        }
        if (!running.isEmpty()) {
            running.forEach(key -> counts.merge(key, 1, Integer::sum));
            log.warn(
                    "The last process died while the {} ran {}. Each of them runs alone now, and not at all after {}"
                            + " deaths.",
                    name,
                    running,
                    settings.faults().maxDeaths());
            write(counts);
        }
        return counts;
    }

    private static Map<RequestKey, Integer> readCounts(Path file) throws IOException {
        var counts = new LinkedHashMap<RequestKey, Integer>();
        if (Files.exists(file)) {
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (int left = in.readInt(); left > 0; left--) {
                    counts.put(RequestKey.read(in), in.readInt());
                }
            }
        }
        return counts;
    }

    private void write(Map<RequestKey, Integer> counts) throws IOException {
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
        return new UncheckedIOException("can't read or write the crash journal in " + dir, e);
    }
}
