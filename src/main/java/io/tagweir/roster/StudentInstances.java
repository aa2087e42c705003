package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import io.tagweir.control.GroupReports;
import io.tagweir.control.UndecodableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The instances that run the tail, and what each reports of its students. Immutable.
 *
 * @param running by application, the instances that are members of its consumer group
 * @param ambiguous why some instances can't be told apart
 * @param reports of running instances and others
 */
public record StudentInstances(
        Map<String, SortedSet<String>> running,
        List<String> ambiguous,
        List<StudentReport> reports,
        List<UndecodableRecord> undecodable) {

    /** Separates an instance's name from the rest of a client id that Kafka Streams gives its consumers. */
    private static final String THREAD = "-StreamThread-";

    public static StudentInstances of(GroupReports.GroupStatus<StudentReport> status) {
        var running = new TreeMap<String, SortedSet<String>>();
        var ambiguous = new ArrayList<String>();
        status.running().forEach((application, clientIds) -> {
            var seen = new TreeSet<String>();
            var instances = new TreeSet<String>();
            for (var id : clientIds) {
                int end = id.lastIndexOf(THREAD);
                instances.add(end < 0 ? id : id.substring(0, end));
                if (!seen.add(id)) {
                    ambiguous.add("two members of " + application + " have the client id " + id
                            + "; give each instance its own kafka.client.id, or none");
                }
            }
            running.put(application, instances);
        });
        return new StudentInstances(running, ambiguous, status.reports(), status.undecodable());
    }

    /** What an instance reports of a student; empty if nothing. */
    public Optional<StudentReport> report(String application, String instance, String student) {
        return reports.stream()
                .filter(report -> report.getApplication().equals(application)
                        && report.getInstance().equals(instance)
                        && report.getStudent().equals(student))
                .findFirst();
    }

    /** The running instances without a student, each with the reason, one per line; empty if all have it loaded. */
    public List<String> without(String student) {
        var without = new ArrayList<>(ambiguous);
        running.forEach((application, instances) -> instances.forEach(instance -> {
            var report = report(application, instance, student);
            String name = instance + " of " + application;
            if (report.isEmpty()) {
                without.add(name + " has reported nothing of " + student
                        + undecodable(application + '/' + instance + '/' + student));
            } else if (!report.get().getLoaded()) {
                var problem = report.get().getProblem();
                without.add(name + " has not loaded " + student + (problem == null ? " yet" : ": " + problem));
            }
        }));
        return without;
    }

    private String undecodable(String key) {
        return undecodable.stream()
                .filter(record -> key.equals(record.key()))
                .map(record -> ": " + record)
                .findFirst()
                .orElse("");
    }
}
