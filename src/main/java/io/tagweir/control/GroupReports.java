package io.tagweir.control;

import io.tagweir.reason.Reason;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What applications report on a compacted topic, and which of them run: those whose consumer group has members. Used by
 * one thread.
 *
 * <p>A report outlives the application that made it, so only the group says what runs. The key of a report begins with
 * the application's id and a slash.
 */
public final class GroupReports<R> {

    /**
     * The reports and the members at one time.
     *
     * @param running by application, the client ids of the members of its consumer group; of those that have any
     */
    public record GroupStatus<R>(
            SortedMap<String, List<String>> running, List<R> reports, List<UndecodableRecord> undecodable) {

        public GroupStatus {
            reports = List.copyOf(reports);
            undecodable = List.copyOf(undecodable);
        }
    }

    private final Map<String, Object> clientConfig;
    private final CompactedTopic<R> reports;
    private final List<String> alsoAsked;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param alsoAsked ids of applications that may run without having reported anything
     */
    public GroupReports(Map<String, Object> clientConfig, CompactedTopic<R> reports, List<String> alsoAsked) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.reports = reports;
        this.alsoAsked = List.copyOf(alsoAsked);
    }

    public GroupStatus<R> read() {
        var contents = reports.read();
        var undecodableKeys = contents.undecodable().stream().flatMap(record -> Stream.ofNullable(record.key()));
        var applications = Stream.concat(contents.values().keySet().stream(), undecodableKeys)
                .filter(key -> key.indexOf('/') > 0)
                .map(key -> key.substring(0, key.indexOf('/')));
        var asked = Stream.concat(applications, alsoAsked.stream()).distinct().toList();
        return new GroupStatus<>(running(asked), List.copyOf(contents.values().values()), contents.undecodable());
    }

    private SortedMap<String, List<String>> running(List<String> applications) {
        var running = new TreeMap<String, List<String>>();
        try (var admin = Admin.create(clientConfig)) {
            admin.describeConsumerGroups(applications).describedGroups().forEach((id, group) -> {
                try {
                    var members = group.get().members();
                    if (!members.isEmpty()) {
                        running.put(
                                id,
                                members.stream()
                                        .map(MemberDescription::clientId)
                                        .toList());
                    }
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                        throw new KafkaException("can't find out whether " + id + " runs: " + Reason.of(e), e);
                    }
                }
            });
        }
        return running;
    }
}
