package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import io.tagweir.reason.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/** Looks at who runs the tail, and at what they report. Used by one thread. */
public final class CrewWatch {

    private final Map<String, Object> clientConfig;
    private final ReportTopic reports;
    private final Set<String> alsoAsked;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param alsoAsked ids of applications that may run without having reported anything
     */
    public CrewWatch(Map<String, Object> clientConfig, ReportTopic reports, Collection<String> alsoAsked) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.reports = reports;
        this.alsoAsked = Set.copyOf(alsoAsked);
    }

    public Crew look() {
        var told = reports.read();
        var applications = Stream.concat(told.stream().map(StudentReport::getApplication), alsoAsked.stream())
                .distinct()
                .toList();
        return Crew.of(clientIds(applications), told);
    }

    private Map<String, List<String>> clientIds(List<String> applications) {
        var clientIds = new TreeMap<String, List<String>>();
        try (var admin = Admin.create(clientConfig)) {
            admin.describeConsumerGroups(applications).describedGroups().forEach((id, future) -> {
                try {
                    clientIds.put(
                            id,
                            future.get().members().stream()
                                    .map(MemberDescription::clientId)
                                    .toList());
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                        throw new KafkaException("can't tell whether " + id + " runs: " + Reason.of(e), e);
                    }
                }
            });
        }
        return clientIds;
    }
}
