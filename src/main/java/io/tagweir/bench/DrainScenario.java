package io.tagweir.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Backlogs drained by several contenders in turn, each of which has loaded its head. Owned by one thread. */
public final class DrainScenario {

    private final Course course;
    private final Map<String, Double> bytes = new LinkedHashMap<>();
    private final Rounds rounds;

    public DrainScenario(Course course) {
        this.course = course;
        this.rounds = new Rounds(course.scale(), course.progress());
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
            rounds.add(contender.name(), () -> {
                var run = drain.run(contender);
                bytes.put(contender.name(), run.bytesPerRecord());
                return run.recordsPerSecond();
            });
            return this;
        }
    }

    /** Reports one contender's rate over another's, once they have run. */
    public void ratio(String name, String peer, Aim aim) {
        course.report().ratio(name + " / " + peer, rounds.of(name).over(rounds.of(peer)), aim);
    }

    /** Runs all rounds and reports each contender's rate. */
    public void run() {
        rounds.run().names().forEach(name -> {
            course.report().add(name, Course.RATE, rounds.of(name));
            course.report().add(name, "answer_bytes", Sample.of(bytes.getOrDefault(name, Double.NaN)));
        });
    }
}
