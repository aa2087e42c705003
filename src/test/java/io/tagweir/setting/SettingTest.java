package io.tagweir.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private static final Setting<Integer> COUNT =
            Setting.count("count", "queries", 5).between(1, 10).doc("How many.");
    private static final Setting<Duration> WAIT =
            Setting.duration("wait.ms", Duration.ofSeconds(1)).atLeast(Duration.ZERO);
    private static final Setting<Long> SIZE =
            Setting.bytes("size.bytes", 96L << 20).between(0L, 1L << 40);
    private static final Setting<Double> SHARE = Setting.share("share", 0.25);
    private static final Setting<Colour> COLOUR = Setting.choice("colour", Colour.RED);
    private static final Setting<Optional<Path>> FILE = Setting.file("file");
    private static final Setting<Optional<Password>> SECRET = Setting.secret("secret");
    private static final Setting<ByName<Duration>> AGES = Setting.byName("age.ms", "segment", WAIT);
    private static final Setting<Map<String, Integer>> MAP =
            Setting.map("map", "name", COUNT, Map.of("one", 1, "two", 2));
    private static final List<Setting<?>> ALL = List.of(COUNT, WAIT, SIZE, SHARE, COLOUR, FILE, SECRET, AGES, MAP);

    private static <T> T read(Setting<T> setting, Map<String, ?> given) {
        return setting.of(Setting.config(ALL, given));
    }

    @Test
    void settingThatIsNotGivenHasItsDefault() {
        assertThat(read(COUNT, Map.of())).isEqualTo(5);
        assertThat(read(WAIT, Map.of())).isEqualTo(Duration.ofSeconds(1));
        assertThat(read(SIZE, Map.of())).isEqualTo(96L << 20);
        assertThat(read(COLOUR, Map.of())).isEqualTo(Colour.RED);
        assertThat(read(FILE, Map.of())).isEmpty();
        assertThat(read(SECRET, Map.of())).isEmpty();
        assertThat(read(AGES, Map.of()).of("any")).isEqualTo(Duration.ofSeconds(1));
        assertThat(read(MAP, Map.of())).isEqualTo(Map.of("one", 1, "two", 2));
    }

    @Test
    void textIsReadAsTheTypeOfTheSetting() {
        assertThat(read(WAIT, Map.of("wait.ms", "20"))).isEqualTo(Duration.ofMillis(20));
        assertThat(read(COLOUR, Map.of("colour", "Dark_Blue"))).isEqualTo(Colour.DARK_BLUE);
        assertThat(read(FILE, Map.of("file", "a/b"))).contains(Path.of("a", "b"));
        assertThat(read(SECRET, Map.of("secret", "x"))).contains(new Password("x"));
    }

    @Test
    void namedValuesOverrideOneByOne() {
        var ages = read(AGES, Map.of("age.ms", "500, de=20, a=b=30"));
        assertThat(ages.of("us")).isEqualTo(Duration.ofMillis(500));
        assertThat(ages.of("de")).isEqualTo(Duration.ofMillis(20));
        assertThat(ages.of("a=b")).isEqualTo(Duration.ofMillis(30));
        assertThat(read(AGES, Map.of("age.ms", "de=20")).of("us")).isEqualTo(Duration.ofSeconds(1));
        assertThat(read(MAP, Map.of("map", "two=7"))).isEqualTo(Map.of("one", 1, "two", 7));
    }

    @ParameterizedTest
    @CsvSource({
        "count, 11, must be 1 to 10 queries",
        "count, many, Not a number",
        "wait.ms, -1, must be 0 or more milliseconds",
        "share, 1.5, must be 0 to 1",
        "colour, green, 'must be one of red, dark_blue'",
        "age.ms, de=soon, Not a number",
        "age.ms, de=-1, must be 0 or more milliseconds",
        "age.ms, =1, is not of the form segment=value",
        "map, one=11, must be 1 to 10 queries",
        "map, 3, is not of the form name=value",
    })
    void valueOutsideItsBoundsIsRefusedWithTheKeyAndTheReason(String key, String value, String reason) {
        assertThatThrownBy(() -> Setting.config(ALL, Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(reason);
    }

    @Test
    void keyThatIsNoSettingIsRefused() {
        assertThatThrownBy(() -> Setting.config(ALL, Map.of("cuont", "1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cuont");
    }

    @Test
    void referenceSaysWhatIsDeclared() {
        assertThat(COUNT.reference()).isEqualTo(new SettingDoc("count", "5", "", "1 to 10", "queries", "How many."));
        assertThat(SIZE.reference())
                .isEqualTo(new SettingDoc("size.bytes", "100663296", "96 MiB", "0 to 1 TiB", "bytes", ""));
        assertThat(SHARE.reference()).isEqualTo(new SettingDoc("share", "0.25", "", "0 to 1", "", ""));
        assertThat(COLOUR.reference().values()).isEqualTo("red, dark_blue");
        assertThat(MAP.reference().standard()).isEqualTo("one=1,two=2");
    }
}
