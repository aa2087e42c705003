package io.tagweir.app.snapshot;

import io.tagweir.app.command.InputFile;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.RowAvro;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.tag.Taxonomy;
import io.tagweir.text.Gzip;
import io.tagweir.text.InvalidInputException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.jspecify.annotations.Nullable;

/** Reads the teacher's file, JSON lines or an Avro container, row by row. Invalid rows are skipped and reported. */
public final class HeadRowFile implements Iterator<HeadRow>, AutoCloseable {

    private static final int MAX_PROBLEMS = 20;

    private final String name;
    private final TeacherFile file;
    private final RowRules rules;
    private final List<String> problems = new ArrayList<>();
    private long bad;
    private @Nullable HeadRow next;

    private HeadRowFile(String name, TeacherFile file, RowRules rules) {
        this.name = name;
        this.file = file;
        this.rules = rules;
    }

    /** Opens a file, or standard input for {@code -}; its rows may have any label. */
    public static HeadRowFile open(String file, InstantSource clock) {
        return open(file, new RowRules(Taxonomy.ANY, 1, Integer.MAX_VALUE), clock.instant());
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @param taggedAt used for rows without {@code tagged_at}; the same for all, so that equal rows stay equal
     */
    public static HeadRowFile open(String file, RowRules rules, Instant taggedAt) {
        var in = InputFile.open(file);
        try {
            boolean avro = Gzip.startsWith(in, DataFileConstants.MAGIC);
            return new HeadRowFile(
                    file, avro ? new TeacherAvro(in, taggedAt) : new TeacherJson(file, in, taggedAt), rules);
        } catch (IOException | AvroRuntimeException e) {
            throw new RefusedException("can't read " + file + ": " + Reason.of(e));
        }
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            try {
                next = file.read();
                if (next == null) {
                    return false;
                }
                check(next);
            } catch (InvalidInputException e) {
                skip(String.valueOf(e.getMessage()));
            } catch (RefusedException e) {
                throw e;
            } catch (RuntimeException e) {
                // A bug, but only this row is affected: report it and publish the others.
                skip("the row can't be read: " + e);
            }
        }
        return true;
    }

    private void check(HeadRow row) throws InvalidInputException {
        var breach = rules.ofRow(row.key().canonical(), row.tags())
                .or(() -> rules.ofSize(RowAvro.of(row.tags()).bytes().length));
        if (breach.isPresent()) {
            throw new InvalidInputException(breach.get().message());
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

    /**
     * Reads ahead to the first valid row.
     *
     * @throws RefusedException if there is none, with the problems of the first rows
     */
    public HeadRowFile requireAny() {
        if (!hasNext()) {
            var why = new ArrayList<String>();
            why.add((bad == 0 ? name + " has no rows" : "none of the " + bad + " rows in " + name + " is valid")
                    + "; nothing was written");
            why.addAll(problems);
            throw new RefusedException(why);
        }
        return this;
    }

    /** Invalid rows so far. */
    long bad() {
        return bad;
    }

    /** The problems of the first invalid rows, one line each. */
    List<String> problems() {
        return problems;
    }

    /** Unknown fields so far, one line each. */
    List<String> unread() {
        return file.unread();
    }

    private void skip(String why) {
        next = null;
        bad++;
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(file.place() + ": " + why);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
