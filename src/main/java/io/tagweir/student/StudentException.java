package io.tagweir.student;

/** The student could not answer. The message says why; it is sent to the consumer of the answer. */
public class StudentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StudentException(String message) {
        super(message);
    }

    public StudentException(String message, Throwable cause) {
        super(message, cause);
    }
}
