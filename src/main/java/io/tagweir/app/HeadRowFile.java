package io.tagweir.app;

import io.tagweir.reason.Reason;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.HeadRow.BadRow;
import io.tagweir.snapshot.RowAvro;
import io.tagweir.snapshot.RowRules;
import io.tagweir.tag.Taxonomy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.jspecify.annotations.Nullable;

/**
 * The teacher's output as a file, JSON lines or an Avro container, read row by row. Rows that can't be published are
 * passed over and told with their place.
 */
final class HeadRowFile implements Iterator<HeadRow>, AutoCloseable {

    private static final int MOST_TOLD = 20;

    private final TeacherFile file;
    private final RowRules rules;
    private final List<String> problems = new ArrayList<>();
    private long bad;
    private @Nullable HeadRow next;

    private HeadRowFile(TeacherFile file, RowRules rules) {
        this.file = file;
        this.rules = rules;
    }

    /** Opens a file, or standard input for {@code -}, whose rows may have any labels. */
    static HeadRowFile open(String file, InstantSource clock) {
        return open(file, new RowRules(Taxonomy.ANY, 1, Integer.MAX_VALUE), clock.instant());
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @param taggedAt when a row was tagged that does not say; one and the same for all, so that equal rows stay equal
     */
    static HeadRowFile open(String file, RowRules rules, Instant taggedAt) {
        try {
            var in = new BufferedInputStream(file.equals("-") ? System.in : Files.newInputStream(Path.of(file)));
            in.mark(DataFileConstants.MAGIC.length);
            boolean avro = Arrays.equals(in.readNBytes(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC);
            in.reset();
            return new HeadRowFile(avro ? new TeacherAvro(in, taggedAt) : new TeacherJson(in, taggedAt), rules);
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no file " + file);
        } catch (IOException | AvroRuntimeException e) {
            throw new Refusal("can't read " + file + ": " + Reason.of(e));
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null) {
                try {
                    next = file.read();
                    if (next == null) {
                        return false;
                    }
                    check(next);
                } catch (BadRow e) {
                    next = null;
                    pass(String.valueOf(e.getMessage()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    private void check(HeadRow row) throws BadRow {
        var breach = rules.ofRow(row.key().canonical(), row.tags())
                .or(() -> rules.ofSize(RowAvro.of(row.tags()).bytes().length));
        if (breach.isPresent()) {
            throw new BadRow(breach.get().message());
        }
    }

    @Override
    public HeadRow next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        var row = next;
        next = null;
        return row;
    }

    /** Rows passed over so far. */
    long bad() {
        return bad;
    }

    /** What was wrong with the first of them, a line each. */
    List<String> problems() {
        return problems;
    }

    private void pass(String why) {
        bad++;
        if (problems.size() < MOST_TOLD) {
            problems.add(file.place() + ": " + why);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
