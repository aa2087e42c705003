package io.tagweir.app;

import io.tagweir.text.InvalidInputException;
import io.tagweir.avro.TeacherRow;
import io.tagweir.reason.Reason;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.wire.WireSerdes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.jspecify.annotations.Nullable;

/** The teacher's output as an Avro container file of {@link TeacherRow}, written with any schema that goes with it. */
final class TeacherAvro implements TeacherFile {

    private final StrictRecordReader<TeacherRow> reader = new StrictRecordReader<>(TeacherRow.getClassSchema());
    private final DataFileStream<TeacherRow> rows;
    private final Instant taggedAt;
    private final UnreadFields unread = new UnreadFields();
    private long row;

    /**
     * Reads the head of the file.
     *
     * @param taggedAt when a row was tagged that does not say
     * @throws Refusal where its schema says of a time that it is no milliseconds
     */
    TeacherAvro(InputStream in, Instant taggedAt) throws IOException {
        WireSerdes.trustRecords();
        rows = new DataFileStream<>(in, reader);
        this.taggedAt = taggedAt;
        if (rows.getSchema().getType() == Schema.Type.RECORD) {
            rows.getSchema().getFields().forEach(this::look);
        }
    }

    private void look(Schema.Field field) {
        if (TeacherRow.getClassSchema().getField(field.name()) == null) {
            unread.add("", field.name());
        }
        if (field.name().equals("tagged_at") || field.name().equals("expires_at")) {
            requireMillis(field.name(), field.schema());
        }
    }

    /** Avro reads a long as a long, whatever unit its schema gives it. */
    private static void requireMillis(String field, Schema type) {
        if (type.isUnion()) {
            type.getTypes().forEach(branch -> requireMillis(field, branch));
        } else if (type.getLogicalType() != null && !(type.getLogicalType() instanceof LogicalTypes.TimestampMillis)) {
            throw new Refusal("the Avro file has " + field + " as "
                    + type.getLogicalType().getName() + "; expected timestamp-millis");
        }
    }

    @Override
    public @Nullable HeadRow read() throws InvalidInputException {
        TeacherRow next;
        try {
            if (!rows.hasNext()) {
                refuseCut();
                return null;
            }
            next = rows.next();
            row++;
        } catch (Refusal e) {
            throw e;
        } catch (RuntimeException e) {
            // Of any kind, where bytes are damaged; where the next row begins is not known then.
            throw new Refusal("the Avro file can't be read beyond row " + row + ": " + Reason.of(e));
        }
        reader.requireWellFormed();
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
    public List<String> unread() {
        return unread.told();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
