package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.setting.Setting;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class StudentSettingsTest {

    @Test
    void packagedStudentOnTheCpuIsTheDefault() {
        assertThat(StudentSettings.defaults())
                .isEqualTo(new StudentSettings("", Device.CPU, StudentSettings.OWN_THRESHOLDS, Map.of(), 1, 2L << 30));
        assertThat(StudentSettings.defaults().directory(Path.of("/home")))
                .isEqualTo(Path.of("/home/src/main/student/queryner-minilm3-int8"));
    }

    @Test
    void everySettingIsRead() {
        assertThat(parse(Map.of(
                        "student.dir", "/models/mine",
                        "student.device", "GPU",
                        "student.threshold", "0.5, color=0.6, brand=0.9",
                        "student.intra.op.threads", "2",
                        "student.gpu.memory.bytes", "500000000")))
                .isEqualTo(new StudentSettings(
                        "/models/mine", Device.GPU, 0.5, Map.of("color", 0.6, "brand", 0.9), 2, 500_000_000));
    }

    @Test
    void wrongValuesAreRefused() {
        assertRefused("student.device", "tpu");
        assertRefused("student.threshold", "1.1");
        assertRefused("student.threshold", "color");
        assertRefused("student.threshold", "color=2");
        assertRefused("student.threshold", "color=-1");
        assertRefused("student.threshold", "=0.5");
        assertRefused("student.intra.op.threads", "0");
        assertRefused("student.gpu.memory.bytes", "-1");
    }

    private static void assertRefused(String key, String value) {
        assertThatThrownBy(() -> parse(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
    }

    private static StudentSettings parse(Map<String, String> values) {
        return StudentSettings.of(Setting.config(StudentSettings.settings(), values));
    }
}
