package io.tagweir.local;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes topics on a local broker, one replica each. */
final class LocalTopics {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private LocalTopics() {}

    /**
     * Makes those topics that are missing and leaves the others as they are.
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
            var names = topics.stream().map(LocalTopic::name).toList();
            var partitions = new HashMap<String, Integer>();
            for (TopicDescription topic :
                    await(admin.describeTopics(names).allTopicNames()).values()) {
                partitions.put(topic.name(), topic.partitions().size());
            }
            return Map.copyOf(partitions);
        } catch (ExecutionException failed) {
            throw new CannotStart("the topics were not made: " + failed.getCause(), failed);
        }
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
