package io.tagweir.student;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model on a GPU that runs a single query on the CPU when the GPU is out of memory.
 *
 * <p>Larger batches fail instead, so that the caller halves them first. The CPU session is loaded on first use and
 * kept. Thread-safe.
 */
final class CpuFallbackModel implements LogitModel {

    private final LogitModel gpu;
    private final Supplier<LogitModel> loader;
    private @Nullable LogitModel cpu;
    private @Nullable String reason;

    /** @param loader loads the same model on the CPU, or throws {@link StudentException} */
    CpuFallbackModel(LogitModel gpu, Supplier<LogitModel> loader) {
        this.gpu = gpu;
        this.loader = loader;
    }

    @Override
    public Logits run(TokenBatch batch) {
        try {
            return gpu.run(batch);
        } catch (DeviceMemoryException full) {
            if (batch.rows > 1) {
                throw full;
            }
            return cpu(full).run(batch);
        }
    }

    private synchronized LogitModel cpu(DeviceMemoryException full) {
        var loaded = cpu;
        if (loaded == null) {
            loaded = loader.get();
            cpu = loaded;
            reason = "the GPU has too little memory for a single query: " + full.getMessage();
        }
        return loaded;
    }

    @Override
    public synchronized Optional<String> fallback() {
        return Optional.ofNullable(reason);
    }

    @Override
    public synchronized void close() {
        gpu.close();
        if (cpu != null) {
            cpu.close();
        }
    }
}
