package io.tagweir.student;

import java.util.List;

/** The device has too little memory for this batch; a smaller one may fit. */
public final class DeviceMemoryException extends StudentException {

    private static final long serialVersionUID = 1L;

    /**
     * Parts of the messages by which it is recognised, since ONNX Runtime has no error code for it: those of its arena
     * (on any device), CUDA, cuBLAS, cuDNN and the C++ runtime. Source: ONNX Runtime's code, and issues 16307, 20038 and
     * 22702 of microsoft/onnxruntime.
     */
    private static final List<String> MESSAGES = List.of(
            "Failed to allocate memory",
            "is smaller than requested bytes",
            "out of memory",
            "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_ALLOC_FAILED",
            "bad_alloc",
            "bad allocation");

    public DeviceMemoryException(String message) {
        super(message);
    }

    public DeviceMemoryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether ONNX Runtime failed for lack of memory. */
    static boolean isCauseOf(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && MESSAGES.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
