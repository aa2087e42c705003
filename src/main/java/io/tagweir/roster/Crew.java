package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The instances that run the tail, and what each says of its students. Immutable.
 *
 * @param running by application, the instances that are members of its consumer group now
 * @param unclear why it can't be told of some of them which is which
 * @param reports of instances that run, and of others
 */
public record Crew(SortedMap<String, SortedSet<String>> running, List<String> unclear, List<StudentReport> reports) {

    /** Separates an instance's name from the rest of a client id that Kafka Streams gives its consumers. */
    private static final String THREAD = "-StreamThread-";

    public Crew {
        unclear = List.copyOf(unclear);
        reports = List.copyOf(reports);
    }

    /**
     * The crew of these consumer groups.
     *
     * @param clientIds by application, the client id of each member of its consumer group
     */
    public static Crew of(Map<String, ? extends Collection<String>> clientIds, List<StudentReport> reports) {
        var running = new TreeMap<String, SortedSet<String>>();
        var unclear = new ArrayList<String>();
        clientIds.forEach((application, ids) -> {
            var seen = new TreeSet<String>();
            var instances = new TreeSet<String>();
            for (var id : ids) {
                int end = id.lastIndexOf(THREAD);
                instances.add(end < 0 ? id : id.substring(0, end));
                if (!seen.add(id)) {
                    unclear.add("two members of " + application + " have the client id " + id
                            + "; give each instance its own kafka.client.id, or none");
                }
            }
            if (!instances.isEmpty()) {
                running.put(application, instances);
            }
        });
        return new Crew(running, unclear, reports);
    }

    public boolean isAnyRunning() {
        return !running.isEmpty();
    }

    /** What an instance says of a student; empty: nothing. */
    public Optional<StudentReport> report(String application, String instance, String student) {
        return reports.stream()
                .filter(report -> report.getApplication().equals(application)
                        && report.getInstance().equals(instance)
                        && report.getStudent().equals(student))
                .findFirst();
    }

    /** Who lacks a student, and why, a line each; empty: whoever runs has it loaded. */
    public List<String> lacking(String student) {
        var lacking = new ArrayList<>(unclear);
        running.forEach((application, instances) -> {
            for (var instance : instances) {
                var report = report(application, instance, student);
                if (report.isEmpty()) {
                    lacking.add(instance + " of " + application + " has told nothing of " + student);
                } else if (!report.get().getLoaded()) {
                    lacking.add(instance + " of " + application + " has not loaded " + student
                            + Optional.ofNullable(report.get().getProblem())
                                    .map(problem -> ": " + problem)
                                    .orElse(" yet"));
                }
            }
        });
        return lacking;
    }
}
