package io.tagweir.wire;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The header of Confluent's wire format: a zero byte and the id of the writer's schema in four bytes (big-endian). The
 * Avro payload follows. Source: "Wire format" in the documentation of Confluent's Schema Registry.
 */
public final class WireFormat {

    /** First byte of every record. */
    public static final byte MAGIC = 0;

    /** Length of the header, in bytes. */
    public static final int HEADER = 5;

    private WireFormat() {}

    /** The header of records written with this schema. */
    public static byte[] header(int schemaId) {
        return new byte[] {
            MAGIC, (byte) (schemaId >>> 24), (byte) (schemaId >>> 16), (byte) (schemaId >>> 8), (byte) schemaId
        };
    }

    /**
     * The id of the writer's schema.
     *
     * @throws SerializationException if there are too few bytes or the magic byte is wrong
     */
    public static int schemaId(byte[] bytes) {
        if (bytes.length < HEADER) {
            throw new SerializationException(
                    "too short: " + bytes.length + " bytes; the header alone has " + HEADER);
        }
        if (bytes[0] != MAGIC) {
            throw new SerializationException("wrong magic byte " + (bytes[0] & 0xff) + "; expected " + MAGIC);
        }
        return (bytes[1] & 0xff) << 24 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 8 | (bytes[4] & 0xff);
    }
}
