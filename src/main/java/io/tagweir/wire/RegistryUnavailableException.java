package io.tagweir.wire;

/**
 * The schema registry gave no usable answer before the deadline. The record may be valid and must be kept: unlike a
 * {@link org.apache.kafka.common.errors.SerializationException} this is never a reason for a dead letter.
 */
public final class RegistryUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
