package io.tagweir.app.snapshot;

import io.tagweir.text.InvalidInputException;
import io.tagweir.text.Utf8;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.Decoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro records and detects strings that are not UTF-8. Avro itself replaces what it can't decode by U+FFFD, so
 * that two different queries become equal. A record is always read to its end, where the next one begins. Used by one
 * thread.
 */
final class StrictRecordReader<T> extends SpecificDatumReader<T> {

    private final Utf8 utf8 = new Utf8();
    private @Nullable InvalidInputException illFormed;

    /** @param expected schema of a generated record with timestamps in milliseconds */
    StrictRecordReader(Schema expected) {
        super(null, expected, data());
    }

    private static SpecificData data() {
        var data = new SpecificData();
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        // Avro's fast reader does not call readString.
        data.setFastReaderEnabled(false);
        return data;
    }

    @Override
    protected Object readString(@Nullable Object old, Schema expected, Decoder in) throws IOException {
        var bytes = in.readString(null);
        try {
            return utf8.decode(bytes.getBytes(), bytes.getByteLength());
        } catch (InvalidInputException e) {
            illFormed = e;
            return "";
        }
    }

    /** @throws InvalidInputException where a text of the record read last is not UTF-8 */
    void requireWellFormed() throws InvalidInputException {
        var problem = illFormed;
        illFormed = null;
        if (problem != null) {
            throw problem;
        }
    }
}
