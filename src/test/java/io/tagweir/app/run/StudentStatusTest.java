package io.tagweir.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.app.NamedStudent;
import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StudentStatusTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final StudentCatalog catalog = new StudentCatalog("base@0");
    private final Roster roster = new Roster(catalog, new NamedStudent("base@0"), Duration.ZERO, () -> NOW);

    @Test
    void studentOfTheSettingsIsAllThereIsBeforeTheFirstRelease() {
        var status = status();

        assertThat(status.get("student")).isEqualTo("base@0");
        assertThat(status.get("canary")).isNull();
        assertThat(status.get("staged")).isNull();
        assertThat(status.get("planned")).isEqualTo(List.of());
    }

    @Test
    void canaryIsShownWithItsShareNextToTheActiveStudent() {
        release("a@1", StudentState.ACTIVE, new StudentActivation(NOW.minusSeconds(1), 0.05));

        assertThat(status())
                .containsEntry("student", "base@0")
                .containsEntry("canary", Map.of("student", "a@1", "share", 0.05));
    }

    @Test
    void studentToComeIsShownWithItsTime() {
        release("a@1", StudentState.ACTIVE, new StudentActivation(NOW.plusSeconds(3), 1.0));

        assertThat(status())
                .containsEntry("student", "base@0")
                .containsEntry(
                        "planned", List.of(Map.of("student", "a@1", "share", 1.0, "from", "2026-03-01T12:00:03Z")));
    }

    @Test
    void stagedStudentIsShownAndWhetherItIsLoaded() {
        release("a@1", StudentState.STAGED);

        assertThat(status()).containsEntry("staged", Map.of("student", "a@1", "loaded", false));
    }

    private Map<String, @Nullable Object> status() {
        return StudentStatus.of(catalog, roster, NOW);
    }

    private void release(String id, StudentState state, StudentActivation... activations) {
        var staged = StudentRelease.newBuilder()
                .setId(id)
                .setState(StudentState.STAGED)
                .setDirectory("/models/" + id)
                .setStagedAt(NOW.minusSeconds(60));
        assertThat(catalog.put(staged.build())).isEmpty();
        assertThat(catalog.put(staged.setState(state)
                        .setActivations(List.of(activations))
                        .build()))
                .isEmpty();
    }
}
