package io.tagweir.app.run;

import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.StudentTopics;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.reason.RefusedException;
import io.tagweir.roster.Models;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentLoader;
import io.tagweir.roster.StudentReporter;
import io.tagweir.student.Student;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The students of a running {@link Application}: control records, roster, loader and reporter. */
public record StudentRuntime(
        Settings settings, StudentCatalog catalog, Roster roster, StudentLoader loader, InstantSource clock)
        implements AutoCloseable {

    /**
     * @param base the student of the settings; the caller closes it
     * @param models loads and warms the model in a directory
     * @param instance the name of this instance in its reports
     */
    static StudentRuntime of(
            Settings settings,
            Student base,
            Function<Path, Student> models,
            String instance,
            InstantSource clock,
            Meters meters) {
        var catalog = new StudentCatalog(base.id());
        var roster = new Roster(catalog, base, Duration.ZERO, clock);
        meters.gauge(MeterName.STUDENTS_LOADED, roster::size);
        meters.gauge(MeterName.STUDENTS_LACKING, () -> roster.lacking().size());
        var reports = new StudentReporter(
                new KafkaProducer<>(
                        StudentReporter.producerConfig(settings.clientConfig()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()),
                settings.topics().name(Topic.STUDENT_REPORTS),
                settings.serdes().value(Topic.STUDENT_REPORTS).serializer(),
                settings.app().applicationId(),
                instance,
                clock);
        var loader = new StudentLoader(
                roster, catalog, models, reports, settings.roster().reportInterval());
        return new StudentRuntime(settings, catalog, roster, loader, clock);
    }

    /** Loads students with these settings. */
    static Function<Path, Student> models(Settings settings) {
        return new Models(settings.student(), settings.tail().batch().shapes())::load;
    }

    /**
     * Loads what the present control records require, before any query is read.
     *
     * @throws RefusedException if a student that answers queries from now on can't be loaded
     */
    void prepare() {
        var known = new StudentCatalog(roster.current());
        StudentTopics.control(settings).read().byId().values().forEach(known::put);
        var problems = loader.prepare(known, clock.instant());
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    /** Called once the control records have been read to the end. */
    void start() {
        loader.start();
    }

    @Override
    public void close() {
        loader.close();
        roster.close();
    }
}
