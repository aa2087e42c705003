package io.tagweir.app;

import io.tagweir.text.Gzip;
import io.tagweir.text.InvalidInputException;
import io.tagweir.reason.Reason;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.RowAvro;
import io.tagweir.snapshot.RowRules;
import io.tagweir.tag.Taxonomy;
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

/**
 * The teacher's output as a file, JSON lines or an Avro container, read row by row. Rows that can't be published are
 * passed over and told with their place.
 */
final class HeadRowFile implements Iterator<HeadRow>, AutoCloseable {

    private static final int MOST_TOLD = 20;

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
        var in = InputFile.open(file);
        try {
            boolean avro = Gzip.startsWith(in, DataFileConstants.MAGIC);
            return new HeadRowFile(
                    file, avro ? new TeacherAvro(in, taggedAt) : new TeacherJson(file, in, taggedAt), rules);
        } catch (IOException | AvroRuntimeException e) {
            throw new Refusal("can't read " + file + ": " + Reason.of(e));
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
                pass(String.valueOf(e.getMessage()));
            } catch (Refusal e) {
                throw e;
            } catch (RuntimeException e) {
                // A fault of ours, and of this row alone: it is reported, and the others are published.
                pass("the row can't be read: " + e);
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
     * Reads on to the first row that can be published.
     *
     * @throws Refusal where there is none, with what is wrong with the first of them
     */
    HeadRowFile requireAny() {
        if (!hasNext()) {
            var why = new ArrayList<String>();
            why.add((bad == 0 ? name + " holds no row" : "no row is fit to be published, of " + bad + " in " + name)
                    + "; nothing was written");
            why.addAll(problems);
            throw new Refusal(why);
        }
        return this;
    }

    /** Rows passed over so far. */
    long bad() {
        return bad;
    }

    /** What was wrong with the first of them, a line each. */
    List<String> problems() {
        return problems;
    }

    /** Fields met so far that are not read, a line each. */
    List<String> unread() {
        return file.unread();
    }

    private void pass(String why) {
        next = null;
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
