package io.tagweir.student;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph and the session that runs it, through DJL.
 *
 * <p>Thread-safe: runs side by side share the session and its weights, each on its caller's thread when one intra-op
 * thread is set. Holds native memory.
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

    /** @throws IOException where the file is no graph that ONNX Runtime can load, or the device is not to be had */
    static OnnxModel load(Path file, Device device, StudentSettings settings) throws IOException {
        SessionOptions options = null;
        Model model = null;
        boolean loaded = false;
        try {
            options = new SessionOptions();
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(1);
            // Threads that wait by spinning would take the cores from the stream and batch threads beside them.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (device == Device.GPU) {
                addCuda(options, settings.gpuMemoryBytes());
            }
            // DJL's device stays the CPU also when ONNX Runtime uses the GPU: inputs and logits lie in host memory, and
            // asking DJL for a GPU throws where there is none before ONNX Runtime can say why.
            model = Model.newInstance("student", ai.djl.Device.cpu(), ENGINE);
            model.load(
                    file.toAbsolutePath().getParent(),
                    file.getFileName().toString(),
                    Map.of("sessionOptions", options));
            loaded = true;
            return new OnnxModel(options, model);
        } catch (OrtException | MalformedModelException | RuntimeException | LinkageError e) {
            throw new IOException(rootMessage(e), e);
        } finally {
            if (!loaded) {
                close(options, model);
            }
        }
    }

    /**
     * @param memoryBytes most device memory of the session's arena; 0: no bound. CUDA's own context, some hundred MiB,
     *     comes on top
     */
    private static void addCuda(SessionOptions options, long memoryBytes) throws OrtException {
        try (var cuda = new OrtCUDAProviderOptions(FIRST_GPU)) {
            // The arena would otherwise double what it holds whenever it grows, and soon stand at its bound.
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
        // DJL's predictors are for one thread each; making one costs microseconds.
        try (Predictor<TokenBatch, Logits> predictor = model.newPredictor(translator)) {
            return predictor.predict(batch);
        } catch (TranslateException e) {
            String message = "the student's model failed: " + rootMessage(e);
            throw DeviceMemoryException.isSaidBy(e)
                    ? new DeviceMemoryException(message, e)
                    : new StudentException(message, e);
        }
    }

    /** The first line of what was wrong at bottom. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null
                ? root.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
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
