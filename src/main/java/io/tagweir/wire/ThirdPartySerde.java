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
 * Someone else's serde, held to what ours promises: it reads the record class asked for, an outage of the registry does
 * not pass for a bad record, and no bad record for a good one or for a fault of ours. Confluent's reports an outage and
 * a bad record as {@link SerializationException}; the difference is in the cause.
 */
@SuppressWarnings("NullAway") // Kafka: null stands for null.
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
                return (byte[]) outageApart(() -> writer.serialize(topic, record));
            }

            @Override
            public byte[] serialize(String topic, Headers headers, @Nullable T record) {
                return (byte[]) outageApart(() -> writer.serialize(topic, headers, record));
            }
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        var reader = inner.deserializer();
        return new Deserializer<>() {
            @Override
            public T deserialize(String topic, byte @Nullable [] bytes) {
                return checked(outageApart(() -> reader.deserialize(topic, bytes)), bytes);
            }

            @Override
            public T deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
                return checked(outageApart(() -> reader.deserialize(topic, headers, bytes)), bytes);
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
                    "wrong record: a " + record.getClass().getName() + ", expected " + type.getName());
        }
        if (bytes != null && PayloadDecoder.holdsReplacement(record) && !holdsReplacement(bytes)) {
            throw new SerializationException("a field is not well-formed text: its bytes are not UTF-8");
        }
        return type.cast(record);
    }

    /** Whether there are bytes that a decoder reads as the replacement character because that is what they say. */
    private static boolean holdsReplacement(byte[] bytes) {
        for (int i = 2; i < bytes.length; i++) {
            if (bytes[i] == (byte) 0xbd && bytes[i - 1] == (byte) 0xbf && bytes[i - 2] == (byte) 0xef) {
                return true;
            }
        }
        return false;
    }

    /** Typed loosely, since a serde that reads another class would fail in a cast before it could be checked. */
    private static @Nullable Object outageApart(Supplier<?> work) {
        try {
            return work.get();
        } catch (SerializationException e) {
            if (isOutage(e)) {
                throw new RegistryUnavailableException("the schema registry gave no answer: " + e.getMessage(), e);
            }
            throw e;
        } catch (StackOverflowError e) {
            // Kafka's handlers know exceptions only, and the record would stop the application.
            throw new SerializationException("nested too deeply to be read", e);
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

    /** By name, since Confluent's classes are not there at compile time. */
    private static boolean isUnknownSchema(Throwable restException) {
        try {
            var code = restException.getClass().getMethod("getErrorCode").invoke(restException);
            return Integer.valueOf(SchemaRejectedException.SCHEMA_NOT_FOUND).equals(code);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("not Confluent's " + REST_EXCEPTION + ": " + restException.getClass(), e);
        }
    }
}
