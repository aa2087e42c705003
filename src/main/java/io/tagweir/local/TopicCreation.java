package io.tagweir.local;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics on a local broker, with one replica each. */
final class TopicCreation {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private TopicCreation() {}

    /**
     * Creates the topics that are missing and leaves the others unchanged. Returns once the broker serves them all.
     *
     * @return the number of partitions of each topic
     */
    static Map<String, Integer> create(String bootstrapServers, Collection<LocalTopic> topics) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var created = admin.createTopics(topics.stream()
                    .map(topic -> new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.settings()))
                    .toList());
            created.values().values().forEach(one -> get(one, TopicExistsException.class));
            var served =
                    awaitLeaders(admin, topics.stream().map(LocalTopic::name).toList());
            askLeaders(admin, served);
            return served.stream()
                    .collect(toMap(
                            TopicDescription::name, topic -> topic.partitions().size()));
        }
    }

    /** A topic that the controller has created reaches the broker a little later; until then clients get an error. */
    private static Collection<TopicDescription> awaitLeaders(Admin admin, List<String> names) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            var found = get(admin.describeTopics(names).allTopicNames(), UnknownTopicOrPartitionException.class);
            if (found.isPresent() && found.get().values().stream().allMatch(TopicCreation::hasLeaders)) {
                return found.get().values();
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
        throw new CannotStart("the broker did not serve its topics within " + LIMIT.toSeconds() + " s");
    }

    private static boolean hasLeaders(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(one -> one.leader() != null && !one.leader().isEmpty());
    }

    /**
     * Waits until each leader answers for its partitions. The broker names itself as the leader a moment before it acts
     * as one, and the first two batches of a producer that writes in between can end up in the wrong order.
     */
    private static void askLeaders(Admin admin, Collection<TopicDescription> topics) {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        topics.forEach(topic -> topic.partitions()
                .forEach(
                        one -> partitions.put(new TopicPartition(topic.name(), one.partition()), OffsetSpec.latest())));
        get(admin.listOffsets(partitions).all(), UnknownTopicOrPartitionException.class);
    }

    /** The broker's answer; empty if it is the expected error. */
    private static <T> Optional<T> get(KafkaFuture<T> answer, Class<? extends ApiException> expected) {
        try {
            return Optional.ofNullable(answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException failed) {
            if (expected.isInstance(failed.getCause())) {
                return Optional.empty();
            }
            throw new CannotStart("the broker did not create its topics: " + failed.getCause(), failed);
        } catch (TimeoutException late) {
            throw new CannotStart("the broker did not create its topics within " + LIMIT.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while the broker created its topics", interrupted);
        }
    }
}
