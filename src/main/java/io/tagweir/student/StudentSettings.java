package io.tagweir.student;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Which student is loaded and how it runs.
 *
 * @param directory the model directory as set; empty for the packaged student, see {@link #directory(Path)}
 * @param threshold one threshold for every label, 0 to 1; negative to take the student's own
 * @param thresholds exceptions by label, laid over {@code threshold} or over the student's own
 * @param intraOpThreads threads one run of the model may use, at least 1
 * @param gpuMemoryBytes most memory the student takes on a GPU; 0 for no bound
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
    public static final String THRESHOLDS = "student.thresholds";
    public static final String INTRA_OP_THREADS = "student.intra.op.threads";
    public static final String GPU_MEMORY = "student.gpu.memory.bytes";

    /** Where the packaged student lies below the project's root. */
    public static final Path PACKAGED = Path.of("src", "main", "student", "queryner-minilm3-int8");

    /** Says that the student's own thresholds hold. */
    public static final double OWN_THRESHOLDS = -1;

    public StudentSettings {
        thresholds = Map.copyOf(thresholds);
        if (threshold > 1 || Double.isNaN(threshold)) {
            throw new IllegalArgumentException(THRESHOLD + " is " + threshold + ", which is more than 1");
        }
        if (gpuMemoryBytes < 0) {
            throw new IllegalArgumentException(GPU_MEMORY + " is " + gpuMemoryBytes + ", which is less than 0");
        }
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException(INTRA_OP_THREADS + " is " + intraOpThreads + ", which is less than 1");
        }
    }

    /** The settings nobody changed. */
    public static StudentSettings defaults() {
        return of(define(new ConfigDef()).parse(Map.of()));
    }

    public StudentSettings withDirectory(String other) {
        return new StudentSettings(other, device, threshold, thresholds, intraOpThreads, gpuMemoryBytes);
    }

    /** One threshold for every label, in place of all others. */
    public StudentSettings withThreshold(double other) {
        return new StudentSettings(directory, device, other, Map.of(), intraOpThreads, gpuMemoryBytes);
    }

    public StudentSettings withDevice(Device other) {
        return new StudentSettings(directory, other, threshold, thresholds, intraOpThreads, gpuMemoryBytes);
    }

    /** The model directory, the packaged one being looked for below {@code home}, the project's root. */
    public Path directory(Path home) {
        return directory.isEmpty() ? home.resolve(PACKAGED) : Path.of(directory);
    }

    /** The thresholds that hold for a student that ships {@code shipped}. */
    Thresholds over(Thresholds shipped) {
        return (threshold < 0 ? shipped : new Thresholds(threshold, Map.of())).with(thresholds);
    }

    /** Adds the student's settings to {@code definition}. */
    public static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        DIR,
                        ConfigDef.Type.STRING,
                        "",
                        HIGH,
                        "Directory of the student in Hugging Face layout (model.onnx, tokenizer.json, config.json), "
                                + "empty for the packaged one, so that a site can bring its own model.")
                .define(
                        DEVICE,
                        ConfigDef.Type.STRING,
                        "cpu",
                        ConfigDef.CaseInsensitiveValidString.in("cpu", "gpu"),
                        MEDIUM,
                        "cpu or gpu; where no GPU can be had the CPU is used and a meter says so, "
                                + "because slow answers are better than none.")
                .define(
                        THRESHOLD,
                        ConfigDef.Type.DOUBLE,
                        OWN_THRESHOLDS,
                        ConfigDef.Range.between(OWN_THRESHOLDS, 1),
                        HIGH,
                        "Spans whose confidence lies below are dropped, which trades recall for precision; 0 keeps all "
                                + "and a negative number takes the thresholds that come with the student.")
                .define(
                        THRESHOLDS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        new LabelThresholds(),
                        MEDIUM,
                        "Thresholds of single labels as label=number with commas between, laid over the others, "
                                + "because a model is surer of some labels than of others.")
                .define(
                        INTRA_OP_THREADS,
                        ConfigDef.Type.INT,
                        1,
                        ConfigDef.Range.atLeast(1),
                        LOW,
                        "Threads within one run of the model; runs side by side use the cores better than runs with "
                                + "several threads.")
                .define(
                        GPU_MEMORY,
                        ConfigDef.Type.LONG,
                        2L << 30,
                        ConfigDef.Range.between(0, 1L << 42),
                        LOW,
                        "Most bytes the student's weights and activations take on a GPU, so that others can use it too; "
                                + "0 for no bound. CUDA's own context comes on top. A run that finds no memory is halved.");
    }

    /** The settings in parsed {@code values}, such as those of a {@code ConfigDef} or an {@code AbstractConfig}. */
    public static StudentSettings of(Map<String, ?> values) {
        return new StudentSettings(
                (String) value(values, DIR),
                Device.valueOf(((String) value(values, DEVICE)).toUpperCase(Locale.ROOT)),
                (Double) value(values, THRESHOLD),
                LabelThresholds.parse((List<?>) value(values, THRESHOLDS)),
                (Integer) value(values, INTRA_OP_THREADS),
                (Long) value(values, GPU_MEMORY));
    }

    private static Object value(Map<String, ?> values, String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("there is no value of " + key);
        }
        return value;
    }

    /** Accepts {@code label=number} with a number from 0 to 1. */
    private static final class LabelThresholds implements ConfigDef.Validator {

        @Override
        public void ensureValid(String name, Object value) {
            parse((List<?>) value);
        }

        @Override
        public String toString() {
            return "label=number,... with numbers from 0 to 1";
        }

        static Map<String, Double> parse(List<?> entries) {
            var thresholds = new TreeMap<String, Double>();
            for (Object entry : entries) {
                String text = (String) entry;
                int sign = text.lastIndexOf('=');
                double threshold = number(text.substring(sign + 1));
                if (sign < 1 || !(threshold >= 0 && threshold <= 1)) {
                    throw new ConfigException(THRESHOLDS, text, "is not label=number with a number from 0 to 1");
                }
                thresholds.put(text.substring(0, sign).strip(), threshold);
            }
            return thresholds;
        }

        private static double number(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }
    }
}
