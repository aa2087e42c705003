package io.tagweir.wire;

/**
 * The schema registry gave no usable answer before the deadline. It says nothing about the record at hand, which must
 * be kept: unlike a {@link org.apache.kafka.common.errors.SerializationException} it is never a reason to dead-letter.
 */
public final class RegistryUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
