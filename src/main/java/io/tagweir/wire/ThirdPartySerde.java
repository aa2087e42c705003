package io.tagweir.wire;

import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Adapts a third-party serde to the contract of {@link AvroSerde}: it returns the expected record class, an outage of the
 * registry is not taken for a bad record, and a bad record neither for a good one nor for an error of the application.
 * Confluent's serde throws {@link SerializationException} for an outage and for a bad record; only the cause differs.
 */
@SuppressWarnings("NullAway") // Kafka maps null to null.
final class ThirdPartySerde<T extends SpecificRecord> implements Serde<T> {

    private static final String REST_EXCEPTION = "RestClientException";

    private final Serde<T> inner;
    private final Class<T> type;

    ThirdPartySerde(Serde<T> inner, Class<T> type) {
        this.inner = inner;
        this.type = type;
    }

    @Override
    public Serializer<T> serializer() {
        var writer = inner.serializer();
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, @Nullable T record) {
                return (byte[]) translateOutage(() -> writer.serialize(topic, record));
            }

            @Override
            public byte[] serialize(String topic, Headers headers, @Nullable T record) {
                return (byte[]) translateOutage(() -> writer.serialize(topic, headers, record));
            }
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        var reader = inner.deserializer();
        return new Deserializer<>() {
            @Override
            public T deserialize(String topic, byte @Nullable [] bytes) {
                return checked(translateOutage(() -> reader.deserialize(topic, bytes)), bytes);
            }

            @Override
            public T deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
                return checked(translateOutage(() -> reader.deserialize(topic, headers, bytes)), bytes);
            }
        };
    }

    @Override
    public void close() {
        inner.close();
    }

    private T checked(@Nullable Object record, byte @Nullable [] bytes) {
        if (record != null && !type.isInstance(record)) {
            throw new SerializationException(
                    "the record is of type " + record.getClass().getName() + "; expected " + type.getName());
        }
        if (bytes != null && PayloadDecoder.hasReplacement(record) && !hasReplacement(bytes)) {
            throw new SerializationException("a string is not valid UTF-8");
        }
        return type.cast(record);
    }

    /** Whether the bytes contain U+FFFD itself, in UTF-8. */
    private static boolean hasReplacement(byte[] bytes) {
        for (int i = 2; i < bytes.length; i++) {
            if (bytes[i] == (byte) 0xbd && bytes[i - 1] == (byte) 0xbf && bytes[i - 2] == (byte) 0xef) {
                return true;
            }
        }
        return false;
    }

    /** Loosely typed: a serde that returns another class would fail in a cast before the check. */
    private static @Nullable Object translateOutage(Supplier<?> work) {
        try {
            return work.get();
        } catch (SerializationException e) {
            if (isOutage(e)) {
                throw new RegistryUnavailableException("the schema registry did not answer: " + e.getMessage(), e);
            }
            throw e;
        } catch (StackOverflowError e) {
            // Kafka's exception handlers do not catch errors; the record would stop the application.
            throw new SerializationException("the record is nested too deeply", e);
        }
    }

    private static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof UnknownHostException
                    || cause instanceof InterruptedIOException
                    || cause instanceof SSLException
                    || (cause.getClass().getSimpleName().equals(REST_EXCEPTION) && !isUnknownSchema(cause))) {
                return true;
            }
        }
        return false;
    }

    /** By reflection, since Confluent's classes are not on the class path at compile time. */
    private static boolean isUnknownSchema(Throwable restException) {
        try {
            var code = restException.getClass().getMethod("getErrorCode").invoke(restException);
            return Integer.valueOf(SchemaRejectedException.SCHEMA_NOT_FOUND).equals(code);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("not Confluent's " + REST_EXCEPTION + ": " + restException.getClass(), e);
        }
    }
}
