package io.tagweir.student;

import io.tagweir.setting.ByName;
import io.tagweir.setting.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Which student is loaded and how it runs.
 *
 * @param directory the model directory as set; empty for the packaged student, see {@link #directory(Path)}
 * @param threshold for every label, 0 to 1; negative for the student's own thresholds
 * @param thresholds exceptions by label, which override {@code threshold} or the student's own
 * @param intraOpThreads threads that one run of the model may use, at least 1
 * @param gpuMemoryBytes most memory that the student takes on a GPU; 0 for no limit
 */
public record StudentSettings(
        String directory,
        Device device,
        double threshold,
        Map<String, Double> thresholds,
        int intraOpThreads,
        long gpuMemoryBytes) {

    public static final String DIR = "student.dir";
    public static final String DEVICE = "student.device";
    public static final String THRESHOLD = "student.threshold";

    /** Where the packaged student is below the project's root. */
    public static final Path PACKAGED = Path.of("src", "main", "student", "queryner-minilm3-int8");

    /** Stands for the thresholds that come with the student. */
    public static final double OWN_THRESHOLDS = -1;

    private static final Setting<String> DIRECTORY = Setting.text(DIR, "")
            .doc(
                    "Directory of the student in Hugging Face layout: model.onnx, tokenizer.json and config.json. Empty uses"
                            + " the packaged student.");
    private static final Setting<Device> RUNS_ON = Setting.choice(DEVICE, Device.CPU)
            .doc("Device that the student runs on. If no GPU can be used, the student runs on the CPU and"
                    + " tagweir.student.cpu.fallback is 1, because slow answers are better than none.");
    private static final Setting<ByName<Double>> THRESHOLDS = Setting.byName(
                    THRESHOLD,
                    "label",
                    Setting.number(THRESHOLD, "", OWN_THRESHOLDS).between(OWN_THRESHOLDS, 1.0))
            .check(StudentSettings::checkExceptions)
            .doc(
                    "Confidence below which a span is dropped: a higher one costs recall and gains precision. 0 keeps every"
                            + " span, and -1 uses the thresholds that come with the student. Example with exceptions:"
                            + " 0.5,brand=0.9.");
    private static final Setting<Integer> INTRA_OP_THREADS = Setting.count("student.intra.op.threads", "threads", 1)
            .atLeast(1)
            .doc("Threads within one run of the model. Several runs side by side use the cores better than one run with"
                    + " several threads; more threads only shorten the single run of a large model.");
    private static final Setting<Long> GPU_MEMORY = Setting.bytes("student.gpu.memory.bytes", 2L << 30)
            .between(0L, 1L << 42)
            .doc(
                    "Most GPU memory for the student's weights and activations, so that others can use the GPU too. 0 means no"
                            + " limit. CUDA's own context comes on top. A run that does not fit is halved.");

    public StudentSettings {
        thresholds = Map.copyOf(thresholds);
        if (threshold > 1 || Double.isNaN(threshold)) {
            throw new IllegalArgumentException(THRESHOLD + " is " + threshold + ", which is more than 1");
        }
        if (gpuMemoryBytes < 0) {
            throw new IllegalArgumentException(GPU_MEMORY.key() + " is " + gpuMemoryBytes + ", which is less than 0");
        }
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException(
                    INTRA_OP_THREADS.key() + " is " + intraOpThreads + ", which is less than 1");
        }
    }

    public static List<Setting<?>> settings() {
        return List.of(DIRECTORY, RUNS_ON, THRESHOLDS, INTRA_OP_THREADS, GPU_MEMORY);
    }

    public static StudentSettings of(AbstractConfig config) {
        var thresholds = THRESHOLDS.of(config);
        return new StudentSettings(
                DIRECTORY.of(config),
                RUNS_ON.of(config),
                thresholds.standard(),
                thresholds.exceptions(),
                INTRA_OP_THREADS.of(config),
                GPU_MEMORY.of(config));
    }

    /** The defaults. */
    public static StudentSettings defaults() {
        return of(Setting.config(settings(), Map.of()));
    }

    public StudentSettings withDirectory(String other) {
        return new StudentSettings(other, device, threshold, thresholds, intraOpThreads, gpuMemoryBytes);
    }

    /** One threshold for every label, in place of all others. */
    public StudentSettings withThreshold(double other) {
        return new StudentSettings(directory, device, other, Map.of(), intraOpThreads, gpuMemoryBytes);
    }

    /** The model directory; the packaged one is looked for below {@code home}, the project's root. */
    public Path directory(Path home) {
        return directory.isEmpty() ? home.resolve(PACKAGED) : Path.of(directory);
    }

    /** Names the thresholds that override a student's own: the same text for the same settings. */
    public String decoding() {
        return threshold + " " + new TreeMap<>(thresholds);
    }

    /** The thresholds that apply to a student that comes with {@code shipped}. */
    Thresholds over(Thresholds shipped) {
        return (threshold < 0 ? shipped : new Thresholds(threshold, Map.of())).with(thresholds);
    }

    private static void checkExceptions(ByName<Double> thresholds) {
        thresholds.exceptions().forEach((label, threshold) -> {
            if (threshold < 0) {
                throw new IllegalArgumentException("the threshold of " + label + " must be 0 to 1");
            }
        });
    }
}
