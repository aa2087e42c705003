package io.tagweir.student;

/** The student could not answer; the message says why in words fit for a consumer of the answer. */
public class StudentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StudentException(String message) {
        super(message);
    }

    public StudentException(String message, Throwable cause) {
        super(message, cause);
    }
}
