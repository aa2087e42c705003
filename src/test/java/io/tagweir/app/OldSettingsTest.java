package io.tagweir.app;

import io.tagweir.app.settings.OldSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.reason.RefusedException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.Priority;
import io.tagweir.head.FreshnessSettings.Stale;
import io.tagweir.reason.RefusedException;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings of the release before go on working for this one, each with a warning that says what to do. */
class OldSettingsTest {

    /** Values that the old settings took, where a plain number is none. */
    private static final Map<String, String> VALUES = Map.of(
            "head.max.age.segments", "de=5000",
            "head.stale.segments", "de=miss",
            "student.thresholds", "brand=0.9",
            "tail.length.buckets", "16,64",
            "schema.registry.ssl.truststore.type", "PKCS12",
            "schema.registry.ssl.keystore.type", "PKCS12");

    static Stream<String> old() {
        return OldSettings.CHANGES.keySet().stream();
    }

    private static String value(String key) {
        return VALUES.getOrDefault(key, key.startsWith("topic.") ? "site-" + key.substring(6) : "7");
    }

    @ParameterizedTest
    @MethodSource("old")
    void oldSettingIsTakenWithOneWarningThatNamesIt(String key) {
        assertThat(Settings.definition().names()).doesNotContain(key);

        var reading = OldSettings.read(Map.of(key, value(key)));

        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).singleElement().asString().startsWith("the setting " + key + " ");
        assertThat(reading.given()).doesNotContainKey(key);
        Settings.of(Map.of(key, value(key)));
    }

    @ParameterizedTest
    @MethodSource("old")
    void oldSettingUnderItsNewNameIsTheSameWithoutAWarning(String key) {
        var today = OldSettings.read(Map.of(key, value(key))).given();

        assertThat(OldSettings.read(today).warnings()).isEmpty();
        assertThat(Settings.of(today)).isEqualTo(Settings.of(Map.of(key, value(key))));
        boolean hasEffect = !(OldSettings.CHANGES.get(key) instanceof OldSettings.Fixed);
        assertThat(Settings.of(today).equals(Settings.of(Map.of()))).isEqualTo(!hasEffect);
    }

    @Test
    void everySettingOfTheReleaseBeforeIsKnownOrOld() throws IOException {
        String former;
        try (var list = Objects.requireNonNull(getClass().getResourceAsStream("former-settings.txt"))) {
            former = new String(list.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(former.lines())
                .hasSize(122)
                .allMatch(key -> Settings.definition().names().contains(key) || OldSettings.CHANGES.containsKey(key));
    }

    @Test
    void oldTopicNamesAreAppliedTogetherAndANewOneCountsFirst() {
        var settings = Settings.of(Map.of(
                "topic.queries", "a",
                "topic.dead.letters", "b",
                "topic.misses", "c",
                "topic.names", "misses=d"));
        assertThat(settings.topics().name(Topic.QUERIES)).isEqualTo("a");
        assertThat(settings.topics().name(Topic.DEAD_LETTERS)).isEqualTo("b");
        assertThat(settings.topics().name(Topic.MISSES)).isEqualTo("d");
    }

    @Test
    void oldExceptionsAreAddedToTheNewList() {
        var settings = Settings.of(Map.of(
                "head.max.age.ms", "10000",
                "head.max.age.segments", "de=5000",
                "head.stale.segments", "de=miss",
                "student.threshold", "0.5",
                "student.thresholds", "brand=0.9",
                "tail.deadline.standard.ms", "3000"));
        assertThat(settings.head().freshness().maxAge().of("de")).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.head().freshness().maxAge().of("us")).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.head().freshness().stale().of("de")).isEqualTo(Stale.MISS);
        assertThat(settings.student().threshold()).isEqualTo(0.5);
        assertThat(settings.student().thresholds()).isEqualTo(Map.of("brand", 0.9));
        assertThat(settings.tail().deadlines().deadlines())
                .containsEntry(Priority.STANDARD, Duration.ofSeconds(3))
                .containsEntry(Priority.INTERACTIVE, Duration.ofSeconds(2));
    }

    @Test
    void newNameCountsWhereBothAreGiven() {
        var given = Map.of("poll.ms", "50", "kafka.poll.ms", "5");
        assertThat(Settings.of(given).kafka()).containsEntry("poll.ms", "5");
        assertThat(OldSettings.read(given).warnings())
                .containsExactly(
                        "the setting poll.ms is ignored, because kafka.poll.ms is set too, which is its new name;"
                                + " remove poll.ms");
    }

    @Test
    void twoOldSettingsThatAreOneNowMustNotContradictEachOther() {
        assertThatThrownBy(() -> Settings.of(
                        Map.of("snapshot.activation.lead.ms", "1000", "student.activation.lead.ms", "2000")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("set activation.lead.ms instead");
        assertThat(Settings.of(Map.of("snapshot.activation.lead.ms", "1000", "student.activation.lead.ms", "1000"))
                        .app()
                        .activationLead())
                .isEqualTo(Duration.ofSeconds(1));
    }

    /** Ignored, it would turn rows that were stored before into dead letters. */
    @Test
    void limitThatWasRaisedIsNotIgnored() {
        assertThatThrownBy(() -> Settings.of(Map.of("head.row.max.bytes", "100000")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("head.row.max.bytes no longer exists, and its value 100000 can't be ignored");
        Settings.of(Map.of("head.row.max.bytes", "1000"));
    }

    @Test
    void warningIsPrintedByACommand() {
        var ran = CommandResult.of("run", "--set", "tail.linger.ms=5", "--set", "role=nothing");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).singleElement().asString().contains("role");
        var lists =
                CommandResult.of("snapshot", "list", "--bootstrap-server", "127.0.0.1:1", "--set", "tail.linger.ms=5");
        assertThat(lists.err())
                .contains(
                        "tagweir: warning: the setting tail.linger.ms has no effect any more; the value is fixed at 0,"
                                + " because batches grow by themselves under load; remove it");
    }
}
