package io.tagweir.wire;

import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Someone else's deserializer, held to what ours promises: it returns the record class asked for, and an outage of the
 * registry does not pass for a bad record. Confluent's reports both as {@link SerializationException}; the difference
 * is in the cause.
 */
final class CheckedDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private static final String REST_EXCEPTION = "RestClientException";

    private final Deserializer<T> inner;
    private final Class<T> type;

    CheckedDeserializer(Deserializer<T> inner, Class<T> type) {
        this.inner = inner;
        this.type = type;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka: null stands for null.
    public T deserialize(String topic, byte @Nullable [] bytes) {
        Object record;
        try {
            record = inner.deserialize(topic, bytes);
        } catch (SerializationException e) {
            if (isOutage(e)) {
                throw new RegistryUnavailableException("the schema registry gave no answer: " + e.getMessage(), e);
            }
            throw e;
        }
        if (record != null && !type.isInstance(record)) {
            throw new SerializationException(
                    "wrong record: a " + record.getClass().getName() + ", expected " + type.getName());
        }
        return type.cast(record);
    }

    @Override
    public void close() {
        inner.close();
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
