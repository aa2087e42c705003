package io.tagweir.app;

import io.tagweir.bench.Course;
import io.tagweir.bench.PublishScenario;
import io.tagweir.bench.RestoreScenario;
import io.tagweir.bench.SwitchScenario;
import io.tagweir.bench.VerifiedTallies;
import io.tagweir.head.HeadTasks;
import io.tagweir.local.Directories;
import io.tagweir.topology.Topic;
import java.time.InstantSource;
import java.util.stream.IntStream;

/** The scenarios in which a snapshot is published, switched to or restored, wired. Owned by one thread. */
final class BenchSnapshots {

    private static final String SECOND = "bench-2";

    private final Course course;
    private final BenchField field;
    private final InstantSource clock;
    private int made;

    BenchSnapshots(Course course, BenchField field, InstantSource clock) {
        this.course = course;
        this.field = field;
        this.clock = clock;
    }

    RestoreScenario restore(BenchApplication application) {
        String changelog = application.group() + "-" + HeadTasks.ROWS + "-changelog";
        return new RestoreScenario(course, application, changelog, () -> wipe(application));
    }

    PublishScenario<BenchApplication> publish() {
        return new PublishScenario<>(
                course,
                () -> field.empty("published-" + made++),
                this::publish,
                topic ->
                        field.head(field.settings()).block(topic, course.scale().snapshot() / 20),
                this::discard,
                this::tallies);
    }

    SwitchScenario switches() {
        var rows = course.scale().smallHead();
        var application = field.loaded("switched", rows);
        return new SwitchScenario(
                course,
                application,
                rows,
                BenchHead.SNAPSHOT,
                SECOND,
                () -> publish(application, SECOND),
                snapshot -> activate(application, snapshot),
                () -> activate(application, BenchHead.SNAPSHOT),
                this::tallies);
    }

    private VerifiedTallies tallies() {
        var settings = field.settings();
        return new VerifiedTallies(
                course.bed().clientConfig(),
                settings.topics().name(Topic.HEAD_TALLIES),
                settings.serdes().value(Topic.HEAD_TALLIES).deserializer(),
                course.bed().partitions());
    }

    private void publish(BenchApplication application, String snapshot) {
        try (var publisher = SnapshotCommand.publisher(application.settings())) {
            var now = clock.instant();
            var teacher = IntStream.range(0, course.scale().snapshot())
                    .mapToObj(i -> BenchHead.row(i, now))
                    .iterator();
            publisher.publish(snapshot, "bench", teacher, sent -> {});
        }
    }

    private void activate(BenchApplication application, String snapshot) {
        var settings = application.settings();
        try (var publisher = SnapshotCommand.publisher(settings)) {
            publisher.activate(snapshot, clock.instant().plus(settings.app().activationLead()));
        }
    }

    private void discard(BenchApplication application) {
        wipe(application);
        course.bed().delete(application.head());
        course.bed().delete(application.settings().topics().name(Topic.HEAD_SNAPSHOTS));
    }

    private static void wipe(BenchApplication application) {
        Directories.delete(application.stateDir());
    }
}
