package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static io.tagweir.roster.Releases.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.StudentState;
import io.tagweir.student.BatchShape;
import io.tagweir.student.StudentSettings;
import io.tagweir.wire.SingleObjectSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of the process over many swaps of real models, as the operating system counts it. */
class RealSwapsIT {

    private static final int SWAPS = 55;
    private static final List<String> QUERIES = List.of("red nike shoes", "organic oat milk 1l", "wooden toy train");

    /** Room for what the JVM and malloc do of their own; 50 leaked sessions of this model would be well over 1 GB. */
    private static final long TOLERANCE_KB = 100_000;

    @TempDir
    private Path dir;

    @Test
    void afterFiftySwapsOfRealModelsMemoryIsAsAfterFive() throws IOException {
        var settings = StudentSettings.defaults();
        var models = new Models(settings, List.of(new BatchShape(1, 8), new BatchShape(8, 16), new BatchShape(4, 64)));
        var base = models.load(settings.directory(Path.of("")));
        var catalog = new StudentCatalog(base.id());
        var roster = new Roster(catalog, base, Duration.ZERO, InstantSource.fixed(T));
        var serializer = new SingleObjectSerde<StudentReport>(StudentReport.getClassSchema()).serializer();
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        var reports = new StudentReporter(producer, "reports", serializer, "app", "app-1", InstantSource.fixed(T));
        var loader = new StudentLoader(roster, catalog, models::load, reports, Duration.ofSeconds(10));
        // Two names of one model: other ids, the same weights.
        var ids = new ArrayList<String>();
        for (var name : List.of("one", "two", "three", "four")) {
            var copy = copy(settings.directory(Path.of("")), dir.resolve(name));
            try (var student = models.load(copy)) {
                ids.add(student.id());
            }
        }
        long afterFive = 0;
        var activations = new ArrayList<ArrayList<StudentActivation>>();
        ids.forEach(id -> activations.add(new ArrayList<>()));
        for (int swap = 1; swap <= SWAPS; swap++) {
            int which = swap % ids.size();
            String id = ids.get(which);
            activations.get(which).add(new StudentActivation(T.plusSeconds(swap * 10), 1.0));
            catalog.put(StudentRelease.newBuilder(release(id, StudentState.ACTIVE, 0, 1))
                    .setDirectory(dir.resolve(id.substring(0, id.indexOf('@'))).toString())
                    .setStagedAt(T.plusSeconds(swap))
                    .setActivations(activations.get(which))
                    .build());
            loader.update(false);
            try (var lease = roster.students()
                    .lease(roster.at(T.plusSeconds(swap * 10), "red nike shoes"))
                    .orElseThrow()) {
                assertThat(lease.student().id()).isEqualTo(id);
                assertThat(lease.student().tag(QUERIES)).hasSize(QUERIES.size());
            }
            assertThat(roster.size()).isLessThanOrEqualTo(3);
            if (swap == 5) {
                afterFive = residentKb();
            }
        }
        long afterAll = residentKb();
        System.out.printf("resident: %d kB after 5 swaps, %d kB after %d%n", afterFive, afterAll, SWAPS);
        assertThat(afterAll).isLessThan(afterFive + TOLERANCE_KB);
        loader.close();
        roster.close();
        base.close();
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    private static long residentKb() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
