package io.tagweir.app;

import io.tagweir.bench.AvroPassThrough;
import io.tagweir.bench.Course;
import io.tagweir.bench.DirectStudent;
import io.tagweir.bench.Naive;
import io.tagweir.bench.Prefill;
import io.tagweir.bench.RawPassThrough;
import io.tagweir.student.OnnxStudent;
import io.tagweir.topology.Topic;
import io.tagweir.topology.TopicSerdes;
import io.tagweir.topology.Topics;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contenders of the benchmark, made when they are first asked for, each with its head loaded. Owned by one thread.
 */
final class BenchField {

    private final Course course;
    private final Map<String, String> base;
    private final TopicSerdes serdes;
    private final OnnxStudent student;
    private final Path dir;
    private final InstantSource clock;
    private final Map<Integer, BenchApplication> applications = new TreeMap<>();

    /** @param base settings that name the cluster */
    BenchField(Course course, Map<String, String> base, OnnxStudent student, Path dir, InstantSource clock) {
        this.course = course;
        this.base = Map.copyOf(base);
        this.serdes = Settings.of(base).serdes();
        this.student = student;
        this.dir = dir;
        this.clock = clock;
    }

    /** {@code 10k} for 10 thousand, {@code 1m} for a million. */
    static String size(int rows) {
        return rows % 1_000_000 == 0 ? rows / 1_000_000 + "m" : rows / 1_000 + "k";
    }

    /** The application with a head of so many rows; its name is {@code head-} and their number. */
    BenchApplication application(int rows) {
        return applications.computeIfAbsent(rows, this::load);
    }

    private BenchApplication load(int rows) {
        return loaded(size(rows), rows);
    }

    /** An application of its own, under the name {@code head-} and this one, with its head loaded. */
    BenchApplication loaded(String size, int rows) {
        var application = empty(size);
        try (var prefill = new Prefill(course.bed(), clock)) {
            head(application.settings()).write(prefill, rows);
        }
        course.load(application);
        return application;
    }

    /** An application with topics and a state of its own, and nothing in its head. */
    BenchApplication empty(String size) {
        var given = new HashMap<>(base);
        given.put(AppSettings.APPLICATION_ID, "tagweir-" + size);
        given.put(
                StreamsSettings.STATE_DIR, dir.resolve("state-tagweir-" + size).toString());
        given.put(
                Topics.NAMES,
                "head-tags=" + course.bed().create("head-tags-" + size) + ",head-snapshots="
                        + course.bed().create("head-snapshots-" + size, 1));
        return new BenchApplication("head-" + size, given, course.bed().partitions(), student, clock);
    }

    /** Writes heads to the topics that these settings name. */
    BenchHead head(Settings settings) {
        return new BenchHead(settings.topics(), serdes, clock, course.bed().partitions());
    }

    Settings settings() {
        return Settings.of(base);
    }

    BenchPeer avroPassThrough() {
        var peer = new AvroPassThrough(serdes.value(Topic.QUERIES), serdes.value(Topic.TAGGED_QUERIES), clock);
        return new BenchPeer(AvroPassThrough.NAME, "", withState(AvroPassThrough.NAME), peer::topology);
    }

    BenchPeer rawPassThrough() {
        var peer = new RawPassThrough(serdes.value(Topic.QUERIES), serdes.value(Topic.TAGGED_QUERIES), clock);
        return new BenchPeer(RawPassThrough.NAME, "", withState(RawPassThrough.NAME), peer::topology);
    }

    BenchPeer naive(int rows) {
        String table = course.bed().create("naive-head-tags");
        try (var prefill = new Prefill(course.bed(), clock)) {
            prefill.table(table, serdes.value(Topic.HEAD_TAGS).serializer(), rows);
        }
        var topology = new Naive(
                table,
                serdes.value(Topic.QUERIES),
                serdes.value(Topic.HEAD_TAGS),
                serdes.value(Topic.TAGGED_QUERIES),
                query -> student.tag(List.of(query)).get(0),
                clock);
        var peer = new BenchPeer(Naive.NAME, table, withState(Naive.NAME), topology::topology);
        course.load(peer);
        return peer;
    }

    DirectStudent directStudent() {
        var batch = settings().tail().batch();
        return new DirectStudent(student::tag, batch.threads(), batch.window(), batch.maxQueries());
    }

    private Map<String, String> withState(String name) {
        var given = new HashMap<>(base);
        given.put(StreamsSettings.STATE_DIR, dir.resolve("state-" + name).toString());
        return given;
    }
}
