package io.tagweir.snapshot;

import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.reason.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The applications whose heads hold snapshots: what they have stored, and which of them run. Used by one thread.
 *
 * <p>An application is known by what it has told on {@code head-tallies}, or by the settings of who asks. It runs where
 * its consumer group has members.
 */
public final class Fleet {

    private final Map<String, Object> clientConfig;
    private final TallyTopic tallies;
    private final Set<String> alsoAsked;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param alsoAsked ids of applications that may run without having told anything yet
     */
    public Fleet(Map<String, Object> clientConfig, TallyTopic tallies, Collection<String> alsoAsked) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.tallies = tallies;
        this.alsoAsked = Set.copyOf(alsoAsked);
    }

    /** What is stored of each of these snapshots, in their order. */
    public List<Verification> verify(Collection<Snapshot> snapshots) {
        var held = tallies.read().tallies();
        var running = running(Stream.concat(held.stream().map(HeadTally::getApplication), alsoAsked.stream())
                .distinct()
                .toList());
        return snapshots.stream()
                .map(snapshot -> Verification.of(snapshot, held, running))
                .toList();
    }

    public Verification verify(Snapshot snapshot) {
        return verify(List.of(snapshot)).get(0);
    }

    private Set<String> running(List<String> applications) {
        var running = new TreeSet<String>();
        try (var admin = Admin.create(clientConfig)) {
            admin.describeConsumerGroups(applications).describedGroups().forEach((id, future) -> {
                try {
                    if (!future.get().members().isEmpty()) {
                        running.add(id);
                    }
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                        throw new KafkaException("can't tell whether " + id + " runs: " + Reason.of(e), e);
                    }
                }
            });
        }
        return running;
    }
}
