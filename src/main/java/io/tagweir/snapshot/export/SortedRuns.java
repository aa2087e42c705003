package io.tagweir.snapshot.export;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * An external merge sort of rows by key text (UTF-16 code units): sorted runs of {@link #RUN} rows go to files, which
 * are then merged. Rows with equal keys are ordered by their text. Used by one thread.
 */
final class SortedRuns {

    static final int RUN = 100_000;

    private static final Comparator<TrainingRow> ORDER =
            Comparator.comparing((TrainingRow row) -> row.key().text()).thenComparing(TrainingRow::text);

    /** Receives the rows in order. */
    interface Sink {

        void accept(TrainingRow row) throws IOException;
    }

    private final Path dir;
    private final int run;
    private final List<TrainingRow> rows = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    /**
     * @param dir an existing directory for the runs; they are not deleted
     * @param run number of rows to sort in memory
     */
    SortedRuns(Path dir, int run) {
        this.dir = dir;
        this.run = run;
    }

    void add(TrainingRow row) throws IOException {
        rows.add(row);
        if (rows.size() == run) {
            spill();
        }
    }

    /** Passes all rows to the sink. */
    void merge(Sink sink) throws IOException {
        spill();
        var heads = new PriorityQueue<RunReader>(Comparator.comparing(RunReader::head, ORDER));
        var open = new ArrayList<RunReader>();
        try {
            for (var file : files) {
                var next = new RunReader(Files.newBufferedReader(file));
                open.add(next);
                if (next.advance()) {
                    heads.add(next);
                }
            }
            for (var first = heads.poll(); first != null; first = heads.poll()) {
                sink.accept(first.head());
                if (first.advance()) {
                    heads.add(first);
                }
            }
        } finally {
            for (var one : open) {
                one.lines.close();
            }
        }
    }

    private void spill() throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        rows.sort(ORDER);
        var file = dir.resolve("run-" + files.size());
        try (var out = Files.newBufferedWriter(file)) {
            for (var row : rows) {
                out.write(row.text());
                out.write('\n');
            }
        }
        files.add(file);
        rows.clear();
    }

    private static final class RunReader {

        private final BufferedReader lines;
        private @Nullable TrainingRow head;

        RunReader(BufferedReader lines) {
            this.lines = lines;
        }

        TrainingRow head() {
            if (head == null) {
                throw new IllegalStateException("the run has ended");
            }
            return head;
        }

        boolean advance() throws IOException {
            String line = lines.readLine();
            head = line == null ? null : TrainingRow.read(line);
            return head != null;
        }
    }
}
