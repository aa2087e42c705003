package io.tagweir.student;

import java.util.List;

/** The device has no memory for a run of this size; a smaller one may pass. */
public final class DeviceMemoryException extends StudentException {

    private static final long serialVersionUID = 1L;

    /**
     * How ONNX Runtime says so, which has no error code for it: its arena (on any device), CUDA, cuBLAS, cuDNN and the
     * C++ runtime. From its sources and from issues 16307, 20038 and 22702 of microsoft/onnxruntime.
     */
    private static final List<String> WORDS = List.of(
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

    /** Whether a failure of ONNX Runtime is one of memory. */
    static boolean isSaidBy(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
