package io.tagweir.student;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model in an ONNX Runtime session, run through DJL.
 *
 * <p>Thread-safe: concurrent runs share the session and its weights. With one intra-op thread each runs on its caller's
 * thread. Holds native memory.
 */
final class OnnxModel implements LogitModel {

    private static final String ENGINE = "OnnxRuntime";
    private static final int FIRST_GPU = 0;

    private final SessionOptions options;
    private final Model model;
    private final LogitsTranslator translator;
    private final List<String> inputs;

    private OnnxModel(SessionOptions options, Model model) {
        this.options = options;
        this.model = model;
        this.inputs = List.copyOf(model.getBlock().describeInput().keys());
        this.translator = new LogitsTranslator(inputs);
    }

    /** @throws IOException if ONNX Runtime can't load the file, or the device is not available */
    static OnnxModel load(Path file, Device device, StudentSettings settings) throws IOException {
        SessionOptions options = null;
        Model model = null;
        boolean loaded = false;
        try {
            options = new SessionOptions();
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(1);
            // Spinning threads would take CPU from the stream threads and inference workers.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (device == Device.GPU) {
                addCuda(options, settings.gpuMemoryBytes());
            }
            // DJL's device is the CPU even if ONNX Runtime uses the GPU: inputs and logits are in host memory, and
            // without a GPU DJL would throw before ONNX Runtime can say why there is none.
            model = Model.newInstance("student", ai.djl.Device.cpu(), ENGINE);
            model.load(
                    file.toAbsolutePath().getParent(),
                    file.getFileName().toString(),
                    Map.of("sessionOptions", options));
            loaded = true;
            return new OnnxModel(options, model);
        } catch (OrtException | MalformedModelException | RuntimeException | LinkageError e) {
            throw new IOException(Reason.ofRootCause(e), e);
        } finally {
            if (!loaded) {
                close(options, model);
            }
        }
    }

    /**
     * @param memoryBytes limit of the session's arena; 0 for none. CUDA's own context takes some hundred MiB more
     */
    private static void addCuda(SessionOptions options, long memoryBytes) throws OrtException {
        try (var cuda = new OrtCUDAProviderOptions(FIRST_GPU)) {
            // By default the arena doubles whenever it grows, and soon reaches its limit.
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            if (memoryBytes > 0) {
                cuda.add("gpu_mem_limit", Long.toString(memoryBytes));
            }
            options.addCUDA(cuda);
        }
    }

    List<String> inputs() {
        return inputs;
    }

    @Override
    public Logits run(TokenBatch batch) {
        // A predictor is for one thread; creating one takes microseconds.
        try (Predictor<TokenBatch, Logits> predictor = model.newPredictor(translator)) {
            return predictor.predict(batch);
        } catch (TranslateException e) {
            String message = "the student's model failed: " + Reason.ofRootCause(e);
            throw DeviceMemoryException.isCauseOf(e)
                    ? new DeviceMemoryException(message, e)
                    : new StudentException(message, e);
        }
    }

    @Override
    public void close() {
        close(options, model);
    }

    private static void close(@Nullable SessionOptions options, @Nullable Model model) {
        if (model != null) {
            model.close();
        }
        if (options != null) {
            options.close();
        }
    }
}
