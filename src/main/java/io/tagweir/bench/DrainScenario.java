package io.tagweir.bench;

/** Backlogs drained by several contenders in turn, each of which has loaded its head. Owned by one thread. */
public final class DrainScenario {

    private final Course course;
    private final Rounds rounds;

    public DrainScenario(Course course) {
        this.course = course;
        this.rounds = new Rounds(course);
    }

    /** A topic to be drained; its misses are others in each round. */
    public Entries backlog(String topic, Traffic traffic, int count) {
        return new Entries(new Backlog(course, topic, traffic, count));
    }

    /** A topic that contenders may be entered for. */
    public final class Entries {

        private final Backlog backlog;

        private Entries(Backlog backlog) {
            this.backlog = backlog;
            rounds.before(backlog::fill);
        }

        /** Enters a contender, under its name. */
        public Entries by(Contender contender) {
            rounds.add(contender.name(), () -> backlog.run(contender).figures());
            return this;
        }
    }

    /** Runs all rounds and reports what each contender came to. */
    public void run() {
        rounds.run().report();
    }

    /** Reports one contender's rate over another's, once they have run. */
    public void ratio(String name, String peer, Aim aim) {
        rounds.ratio(name, peer, aim);
    }
}
