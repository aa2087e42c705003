package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.inference.GuardrailLimits;
import io.tagweir.inference.Guardrails;
import io.tagweir.inference.LoadedStudents;
import io.tagweir.inference.MicroBatcher;
import io.tagweir.meter.MeterName;
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

/** What the tasks of the tail share in one process: students, workers and admission control. Thread-safe. */
public final class Tail implements AutoCloseable {

    private final TailSettings settings;
    private final Roster roster;
    private final MicroBatcher student;
    private final @Nullable LoadedStudents largerStudents;
    private final Cascade cascade;
    private final Admission admission;
    private final Vocabularies vocabularies;
    private final QualityMeter quality;
    private final String rules;
    private final int tasks;

    /**
     * @param roster closed by the caller
     * @param larger asked when the roster's student is unsure; null: there is none; closed by the caller
     * @param taxonomy checked by the guardrails
     * @param vocabularies tag the queries that no student answers
     * @param journalDir directory of the crash journals; null: none are kept
     * @param thresholds identifies the thresholds that the site sets over its students' own
     * @param tasks number of tasks, which share the budgets equally
     */
    public Tail(
            TailSettings settings,
            Roster roster,
            @Nullable Student larger,
            Taxonomy taxonomy,
            Vocabularies vocabularies,
            @Nullable Path journalDir,
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
                GuardrailLimits.STANDARD.toString(),
                settings.cascade().toString(),
                larger == null ? "" : larger.id())));
        var guardrails = new Guardrails(taxonomy, GuardrailLimits.STANDARD, meters);
        this.student = new MicroBatcher(
                "student", roster.students(), roster::version, settings.batch(), journalDir, guardrails, meters);
        this.largerStudents = larger == null ? null : LoadedStudents.of(larger);
        this.cascade = new Cascade(
                largerStudents == null
                        ? null
                        : new MicroBatcher(
                                "larger-student",
                                largerStudents,
                                largerStudents::changes,
                                settings.batch().forLargerStudent(),
                                journalDir,
                                guardrails,
                                meters),
                larger == null ? "" : larger.id(),
                settings.cascade());
        this.admission = new Admission(settings.admission(), student);
        this.quality = new QualityMeter(meters);
        meters.gauge(MeterName.TAIL_PENDING, admission::pending);
        meters.gauge(MeterName.TAIL_DEFERRED, admission::deferred);
        meters.gauge(MeterName.TAIL_NEGLECTED, this::neglectedSeconds);
        meters.gauge(MeterName.STUDENT_HUNG, student::hung);
    }

    /** Misses that tasks of this process have accepted and not answered. */
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

    /** Identifies how answers are made from a student's output, so that none cached under other settings is served. */
    String rules() {
        return rules;
    }

    TailSettings settings() {
        return settings;
    }

    MicroBatcher student() {
        return student;
    }

    /** Tags a query that no student answers, by the vocabulary of its snapshot; no tags if the site turned that off. */
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

    /** Throws if a worker has died: nothing would be answered any more. */
    void check() {
        student.check();
        if (cascade.larger() != null) {
            cascade.larger().check();
        }
    }

    QualityMeter quality() {
        return quality;
    }

    int tasks() {
        return tasks;
    }

    /** Stops the workers. Pending misses stay in the ledgers. */
    @Override
    public void close() {
        student.close();
        if (cascade.larger() != null) {
            cascade.larger().close();
        }
        if (largerStudents != null) {
            largerStudents.close();
        }
    }
}
