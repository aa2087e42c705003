package io.tagweir.local;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics on a local broker, one replica each. */
final class LocalTopics {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private LocalTopics() {}

    /**
     * Makes those topics that are missing and leaves the others as they are; returns once the broker serves them all.
     *
     * @return how many partitions each of the topics has now
     */
    static Map<String, Integer> make(String bootstrapServers, Collection<LocalTopic> topics) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var made =
                    admin.createTopics(topics.stream().map(LocalTopics::asNew).toList());
            for (KafkaFuture<Void> one : made.values().values()) {
                awaitUnlessThere(one);
            }
            return served(admin, topics.stream().map(LocalTopic::name).toList());
        } catch (ExecutionException failed) {
            throw new CannotStart("the topics were not made: " + failed.getCause(), failed);
        }
    }

    /**
     * How many partitions each topic has, once each of those has a leader. A topic that the controller has made reaches
     * the broker a little later, and a client that came in between would be told that there is no such topic.
     */
    private static Map<String, Integer> served(Admin admin, List<String> names) throws ExecutionException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                var found = await(admin.describeTopics(names).allTopicNames()).values();
                if (found.stream().allMatch(LocalTopics::isServed)) {
                    askLeaders(admin, found);
                    return found.stream()
                            .collect(Collectors.toMap(
                                    TopicDescription::name,
                                    topic -> topic.partitions().size()));
                }
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failed;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new CannotStart("the broker did not serve its topics within " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /**
     * Has every leader answer for its partitions. The broker names itself as their leader a moment before it acts as
     * one, and a producer that wrote in between could get its first two batches in the wrong order, for good.
     */
    private static void askLeaders(Admin admin, Collection<TopicDescription> topics) throws ExecutionException {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        topics.forEach(topic -> topic.partitions()
                .forEach(
                        one -> partitions.put(new TopicPartition(topic.name(), one.partition()), OffsetSpec.latest())));
        await(admin.listOffsets(partitions).all());
    }

    private static boolean isServed(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(one -> one.leader() != null && !one.leader().isEmpty());
    }

    private static NewTopic asNew(LocalTopic topic) {
        return new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.settings());
    }

    private static void awaitUnlessThere(KafkaFuture<Void> made) throws ExecutionException {
        try {
            await(made);
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new CannotStart("the broker did not make its topics within " + LIMIT.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while the broker made its topics", interrupted);
        }
    }
}
