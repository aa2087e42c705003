package io.tagweir.app;

import io.tagweir.avro.TeacherRow;
import io.tagweir.reason.Reason;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.HeadRow.BadRow;
import io.tagweir.wire.WireSerdes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/** The teacher's output as an Avro container file of {@link TeacherRow}, written with any schema that goes with it. */
final class TeacherAvro implements TeacherFile {

    private final DataFileStream<TeacherRow> rows;
    private final Instant taggedAt;
    private long row;

    /** @param taggedAt when a row was tagged that does not say */
    TeacherAvro(InputStream in, Instant taggedAt) throws IOException {
        WireSerdes.trustRecords();
        rows = new DataFileStream<>(in, new SpecificDatumReader<>(TeacherRow.class));
        this.taggedAt = taggedAt;
    }

    @Override
    public @Nullable HeadRow read() throws IOException, BadRow {
        TeacherRow next;
        try {
            if (!rows.hasNext()) {
                refuseCut();
                return null;
            }
            row++;
            next = rows.next();
        } catch (AvroRuntimeException e) {
            throw new Refusal("the Avro file can't be read beyond row " + row + ": " + Reason.of(e));
        }
        return HeadRow.of(next, taggedAt);
    }

    /**
     * Avro takes a file that ends within a block for one that ends before it; only when it is asked again does it say
     * that rows of that block are still to come. Where a file is cut between two blocks, nobody can tell.
     */
    private void refuseCut() {
        if (rows.hasNext()) {
            throw new Refusal("the Avro file ends within a block, after row " + row + ": it is not whole");
        }
    }

    @Override
    public String place() {
        return "row " + row;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
