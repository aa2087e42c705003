package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.meter.Meters;
import io.tagweir.query.TextHash;
import io.tagweir.roster.Roster;
import io.tagweir.student.Student;
import io.tagweir.tag.Span;
import io.tagweir.tag.Taxonomy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the tasks of the tail share in one process: the students, their threads, and the room there is. Thread-safe. */
public final class Tail implements AutoCloseable {

    private final TailSettings settings;
    private final Roster roster;
    private final MicroBatcher student;
    private final @Nullable Roster largerRoster;
    private final Cascade cascade;
    private final Admission admission;
    private final Vocabularies vocabularies;
    private final QualityMeter quality;
    private final String rules;
    private final int tasks;

    /**
     * @param roster stays the caller's to close
     * @param larger asked where those of the roster are unsure; null: there is none; stays the caller's to close
     * @param taxonomy what the students' spans have to keep to
     * @param vocabularies what a query is tagged by that no student answers
     * @param runs directory in which what the students run is kept for the next process; null: nowhere
     * @param thresholds names those that a site lays over its students' own
     * @param tasks of the tail, which share its budgets equally
     */
    public Tail(
            TailSettings settings,
            Roster roster,
            @Nullable Student larger,
            Taxonomy taxonomy,
            Vocabularies vocabularies,
            @Nullable Path runs,
            String thresholds,
            int tasks,
            Meters meters) {
        this.settings = settings;
        this.roster = roster;
        this.tasks = tasks;
        this.vocabularies = vocabularies;
        this.rules = Long.toHexString(TextHash.of(String.join(
                "\n",
                thresholds,
                taxonomy.fingerprint(),
                settings.guardrails().toString(),
                settings.cascade().toString(),
                larger == null ? "" : larger.id())));
        var guardrails = new Guardrails(taxonomy, settings.guardrails(), meters);
        this.student = new MicroBatcher("student", roster, settings.batch(), runs, guardrails, meters);
        this.largerRoster = larger == null ? null : Roster.of(larger);
        this.cascade = new Cascade(
                largerRoster == null
                        ? null
                        : new MicroBatcher(
                                "larger-student",
                                largerRoster,
                                settings.batch().withThreads(settings.cascade().largerThreads()),
                                runs,
                                guardrails,
                                meters),
                larger == null ? "" : larger.id(),
                settings.cascade());
        this.admission = new Admission(settings.admission(), student);
        this.quality = new QualityMeter(meters);
        meters.start(Meters.Name.STUDENT_FAULTS, Fault.class);
        meters.start(Meters.Name.GUARDRAIL_DROPPED, Guardrails.Reason.class);
        meters.gauge(Meters.Name.TAIL_PENDING, admission::pending);
        meters.gauge(Meters.Name.TAIL_DEFERRED, admission::deferred);
        meters.gauge(Meters.Name.TAIL_NEGLECTED, this::neglectedSeconds);
        meters.gauge(Meters.Name.STUDENT_RATE, student::ratePerSecond);
        meters.gauge(Meters.Name.STUDENT_HUNG, student::hung);
    }

    /** Misses taken over by any task of this process and not answered. */
    public int pending() {
        return admission.pending() + admission.deferred();
    }

    private double neglectedSeconds() {
        var larger = cascade.larger();
        var longer = larger == null ? Duration.ZERO : larger.neglected();
        return Math.max(student.neglected().toMillis(), longer.toMillis()) / 1e3;
    }

    public Roster roster() {
        return roster;
    }

    /** Names how answers are made of what a student says, so that one kept under other settings is never served. */
    String rules() {
        return rules;
    }

    TailSettings settings() {
        return settings;
    }

    MicroBatcher student() {
        return student;
    }

    /**
     * The spans of a query that no student answers: by the vocabulary of the head, or none where the site wants none.
     */
    List<Span> byRule(Miss miss) {
        return settings.cascade().rules()
                ? vocabularies.of(miss.getSnapshot()).tag(miss.getCanonicalQuery())
                : List.of();
    }

    Cascade cascade() {
        return cascade;
    }

    Admission admission() {
        return admission;
    }

    /** Throws where a thread of a student has died: nothing would ever be answered again. */
    void check() {
        student.check();
        if (cascade.larger() != null) {
            cascade.larger().check();
        }
    }

    /** How good the student is by the teacher's word. */
    QualityMeter quality() {
        return quality;
    }

    int tasks() {
        return tasks;
    }

    /** Stops the student's threads. What is pending stays in the ledgers. */
    @Override
    public void close() {
        student.close();
        if (cascade.larger() != null) {
            cascade.larger().close();
        }
        if (largerRoster != null) {
            largerRoster.close();
        }
    }
}
