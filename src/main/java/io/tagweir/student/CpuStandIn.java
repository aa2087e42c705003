package io.tagweir.student;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model on a GPU, with the CPU in reserve: a single query that finds no memory on the device is run there.
 *
 * <p>Larger batches are not, so that whoever runs them halves them first. The CPU's session is loaded when it is first
 * needed, and kept. Thread-safe.
 */
final class CpuStandIn implements LogitModel {

    private final LogitModel gpu;
    private final Supplier<LogitModel> loader;
    private @Nullable LogitModel cpu;
    private @Nullable String reason;

    /** @param loader of the same model on the CPU; throws {@link StudentException} where it can't be had */
    CpuStandIn(LogitModel gpu, Supplier<LogitModel> loader) {
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
            reason = "the GPU has no memory for a single query: " + full.getMessage();
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
