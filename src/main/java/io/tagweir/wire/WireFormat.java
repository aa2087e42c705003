package io.tagweir.wire;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Confluent's wire format: a zero byte, the id of the writer's schema in four bytes (big-endian), then the Avro body.
 *
 * <p>Source: "Wire format" in the documentation of Confluent's Schema Registry. Nothing here looks past the header.
 */
public final class WireFormat {

    /** First byte of every record. */
    public static final byte MAGIC = 0;

    /** Length of the header, in bytes: the body begins here. */
    public static final int HEADER = 5;

    private WireFormat() {}

    /** The five bytes that precede every body written with this schema. */
    public static byte[] header(int schemaId) {
        return new byte[] {
            MAGIC, (byte) (schemaId >>> 24), (byte) (schemaId >>> 16), (byte) (schemaId >>> 8), (byte) schemaId
        };
    }

    /**
     * The id of the schema that the body was written with.
     *
     * @throws SerializationException when there is no header: too few bytes, or another magic byte
     */
    public static int schemaId(byte[] bytes) {
        if (bytes.length < HEADER) {
            throw new SerializationException(
                    "too short: " + bytes.length + " bytes, and the header alone has " + HEADER);
        }
        if (bytes[0] != MAGIC) {
            throw new SerializationException("wrong magic byte " + (bytes[0] & 0xff) + ", expected " + MAGIC);
        }
        return (bytes[1] & 0xff) << 24 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 8 | (bytes[4] & 0xff);
    }
}
