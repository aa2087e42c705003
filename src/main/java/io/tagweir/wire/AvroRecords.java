package io.tagweir.wire;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMillisConversion;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The generated record classes as Avro sees them: readers, writers and the class that goes with a schema. Any thread.
 *
 * <p>Reading and writing take different short cuts, the faster one each; one {@link SpecificData} can't give both.
 * Measured on {@code QueryEvent} and {@code HeadTags}, Avro's fast reader needs 0.6 to 0.7 of the time of the generated
 * decoders (which in turn beat the plain reader), and the generated encoders 0.6 to 0.75 of that of the plain writer.
 */
final class AvroRecords {

    private static final String PACKAGE = "io.tagweir.avro";

    static {
        // Since 1.12.2 Avro makes no instance of a class it was not told to trust. A schema from the registry names a
        // class, and so only those made from our own schemas are.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(PACKAGE)));
    }

    private static final SpecificData READING = data();
    private static final SpecificData WRITING = data();

    static {
        READING.setFastReaderEnabled(true);
        WRITING.setCustomCoders(true);
    }

    private static final Map<Schema, DatumWriter<SpecificRecord>> WRITERS = new ConcurrentHashMap<>();

    private AvroRecords() {}

    /** Has Avro trust the generated classes, for serdes that are not ours. */
    static void trust() {
        // The static initialiser above has done it.
    }

    static DatumWriter<SpecificRecord> writer(Schema schema) {
        return WRITERS.computeIfAbsent(schema, s -> new SpecificDatumWriter<>(s, WRITING));
    }

    /**
     * The schema of our class that goes with a writer's schema, by its name.
     *
     * @param expected the full name that the record must have; null: any that there is a class for
     * @throws SerializationException when it has another name or no class
     */
    static Schema schema(Schema written, @Nullable String expected) {
        if (written.getType() != Schema.Type.RECORD) {
            throw new SerializationException("its schema is no record but " + written.getType());
        }
        var name = written.getFullName();
        if (expected != null && !expected.equals(name)) {
            throw new SerializationException("wrong record name " + Reasons.line(name) + ", expected " + expected);
        }
        return schemaOf(name);
    }

    /**
     * A reader of bodies written with {@code written} into the class of {@code ours}.
     *
     * @throws SerializationException when the two do not go together
     */
    static DatumReader<SpecificRecord> reader(Schema written, Schema ours) {
        try {
            return READING.getFastReaderBuilder().createDatumReader(written, ours);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "its schema does not go with our " + ours.getFullName() + ": " + Reasons.of(e), e);
        } catch (StackOverflowError e) {
            throw new SerializationException("its schema is nested too deeply");
        }
    }

    private static Schema schemaOf(String name) {
        if (name.startsWith(PACKAGE + ".")) {
            try {
                var type = Class.forName(name, false, AvroRecords.class.getClassLoader());
                if (SpecificRecord.class.isAssignableFrom(type)) {
                    return READING.getSchema(type);
                }
            } catch (ClassNotFoundException unknown) {
                // Said below.
            }
        }
        throw new SerializationException("wrong record name " + Reasons.line(name) + ": there is no such record here");
    }

    private static SpecificData data() {
        var data = new SpecificData(AvroRecords.class.getClassLoader());
        Conversion<?> instants = new TimestampMillisConversion();
        data.addLogicalTypeConversion(instants);
        return data;
    }
}
