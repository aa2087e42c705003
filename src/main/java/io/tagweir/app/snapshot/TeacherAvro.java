package io.tagweir.app.snapshot;

import io.tagweir.avro.TeacherRow;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.InvalidInputException;
import io.tagweir.wire.WireSerdes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.jspecify.annotations.Nullable;

/** Reads the teacher's file as an Avro container of {@link TeacherRow}, written with any compatible schema. */
final class TeacherAvro implements TeacherFile {

    private final StrictRecordReader<TeacherRow> reader = new StrictRecordReader<>(TeacherRow.getClassSchema());
    private final DataFileStream<TeacherRow> rows;
    private final Instant taggedAt;
    private final UnreadFields unread = new UnreadFields();
    private long row;

    /**
     * Reads the header of the file.
     *
     * @param taggedAt used for rows without {@code tagged_at}
     * @throws RefusedException if its schema has a time in another unit than milliseconds
     */
    TeacherAvro(InputStream in, Instant taggedAt) throws IOException {
        WireSerdes.trustRecords();
        rows = new DataFileStream<>(in, reader);
        this.taggedAt = taggedAt;
        if (rows.getSchema().getType() == Schema.Type.RECORD) {
            rows.getSchema().getFields().forEach(this::check);
        }
    }

    private void check(Schema.Field field) {
        if (TeacherRow.getClassSchema().getField(field.name()) == null) {
            unread.add("", field.name());
        }
        if (field.name().equals("tagged_at") || field.name().equals("expires_at")) {
            requireMillis(field.name(), field.schema());
        }
    }

    /** Avro itself ignores the unit when it reads a long. */
    private static void requireMillis(String field, Schema type) {
        if (type.isUnion()) {
            type.getTypes().forEach(branch -> requireMillis(field, branch));
        } else if (type.getLogicalType() != null && !(type.getLogicalType() instanceof LogicalTypes.TimestampMillis)) {
            throw new RefusedException("the Avro file has " + field + " as "
                    + type.getLogicalType().getName() + "; expected timestamp-millis");
        }
    }

    @Override
    public @Nullable HeadRow read() throws InvalidInputException {
        TeacherRow next;
        try {
            if (!rows.hasNext()) {
                requireComplete();
                return null;
            }
            next = rows.next();
            row++;
        } catch (RefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            // Corrupt bytes cause exceptions of any kind, and the start of the next row is unknown.
            throw new RefusedException("the Avro file can't be read after row " + row + ": " + Reason.of(e));
        }
        reader.requireWellFormed();
        return HeadRow.of(next, taggedAt);
    }

    /**
     * Avro first reports a file that is truncated within a block as ending before that block; only the second call of
     * {@code hasNext} reports the missing rows. A file truncated between two blocks can't be detected.
     */
    private void requireComplete() {
        if (rows.hasNext()) {
            throw new RefusedException("the Avro file is truncated after row " + row);
        }
    }

    @Override
    public String place() {
        return "row " + row;
    }

    @Override
    public List<String> unread() {
        return unread.report();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
