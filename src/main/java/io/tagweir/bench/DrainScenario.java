package io.tagweir.bench;

/** Backlogs drained by several contenders in turn, each of which has loaded its head. Owned by one thread. */
public final class DrainScenario {

    private final Course course;
    private final Rounds rounds;

    public DrainScenario(Course course) {
        this.course = course;
        this.rounds = new Rounds(course);
    }

    /** A topic to be drained, filled now. */
    public Backlog backlog(String topic, Traffic traffic, int count) {
        return new Backlog(course.backlog(topic, traffic, count));
    }

    /** A filled topic that contenders may be entered for. */
    public final class Backlog {

        private final Drain drain;

        private Backlog(Drain drain) {
            this.drain = drain;
        }

        /** Enters a contender, under its name. */
        public Backlog by(Contender contender) {
            rounds.add(contender.name(), () -> drain.run(contender).figures());
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
