package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.student.Student;
import org.jspecify.annotations.Nullable;

/** What the tasks of the tail share in one process: the students, their threads, and the room there is. Thread-safe. */
public final class Tail implements AutoCloseable {

    private final TailSettings settings;
    private final Roster roster;
    private final MicroBatcher student;
    private final @Nullable Roster largerRoster;
    private final Cascade cascade;
    private final Admission admission;
    private final int tasks;

    /**
     * @param roster stays the caller's to close
     * @param larger asked where those of the roster are unsure; null: there is none; stays the caller's to close
     * @param tasks of the tail, which share its budgets equally
     */
    public Tail(TailSettings settings, Roster roster, @Nullable Student larger, int tasks, Meters meters) {
        this.settings = settings;
        this.roster = roster;
        this.tasks = tasks;
        this.student = new MicroBatcher("student", roster, settings.batch(), meters);
        this.largerRoster = larger == null ? null : Roster.of(larger);
        this.cascade = new Cascade(
                largerRoster == null
                        ? null
                        : new MicroBatcher(
                                "larger-student",
                                largerRoster,
                                settings.batch().withThreads(settings.cascade().largerThreads()),
                                meters),
                larger == null ? "" : larger.id(),
                settings.cascade());
        this.admission = new Admission(settings.admission(), student);
        meters.gauge(Meters.Name.TAIL_PENDING, admission::pending);
        meters.gauge(Meters.Name.TAIL_DEFERRED, admission::deferred);
        meters.gauge(Meters.Name.STUDENT_RATE, student::ratePerSecond);
        meters.gauge(Meters.Name.STUDENT_HUNG, student::hung);
    }

    /** Misses taken over by any task of this process and not answered. */
    public int pending() {
        return admission.pending() + admission.deferred();
    }

    public Roster roster() {
        return roster;
    }

    TailSettings settings() {
        return settings;
    }

    MicroBatcher student() {
        return student;
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
