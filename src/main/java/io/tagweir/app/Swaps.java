package io.tagweir.app;

import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Models;
import io.tagweir.roster.Reports;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentLoader;
import io.tagweir.student.Student;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The students of a running {@link Application}: control records, roster, loader and reports. */
record Swaps(Settings settings, StudentCatalog catalog, Roster roster, StudentLoader loader, InstantSource clock)
        implements AutoCloseable {

    /**
     * @param base the student of the settings; the caller's to close
     * @param models loads and warms the model in a directory
     * @param instance name under which this instance reports
     */
    static Swaps of(
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
        var reports = new Reports(
                new KafkaProducer<>(
                        Reports.producerConfig(settings.clientConfig()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()),
                settings.topics().name(Topic.STUDENT_REPORTS),
                settings.serdes().value(Topic.STUDENT_REPORTS).serializer(),
                settings.app().applicationId(),
                instance,
                clock);
        var loader = new StudentLoader(
                roster, catalog, models, reports, settings.roster().reportInterval());
        return new Swaps(settings, catalog, roster, loader, clock);
    }

    /** How the students of these settings are loaded. */
    static Function<Path, Student> models(Settings settings) {
        return new Models(settings.student(), settings.tail().batch().shapes())::load;
    }

    /**
     * Loads what the control records ask for as they stand, before any query is taken up.
     *
     * @throws Refusal where a student that answers queries of now can't be loaded
     */
    void prepare() {
        var history = new StudentCatalog(roster.current());
        StudentTopics.control(settings).read().records().values().forEach(history::put);
        var problems = loader.prepare(history, clock.instant());
        if (!problems.isEmpty()) {
            throw new Refusal(problems);
        }
    }

    /** To be called once the control records have been read whole. */
    void start() {
        loader.start();
    }

    @Override
    public void close() {
        loader.close();
        roster.close();
    }
}
