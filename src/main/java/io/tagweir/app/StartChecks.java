package io.tagweir.app;

import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.TopicPlan;
import io.tagweir.wire.RegistrySettings;
import io.tagweir.wire.SchemaRegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the world the application is about to start in, and says everything that is wrong with it at once.
 *
 * <p>Kafka Streams would find most of this by itself: later, one at a time, and some of it (partition counts that do
 * not match) not at all.
 */
final class StartChecks {

    private static final Logger log = LoggerFactory.getLogger(StartChecks.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();
    private int partitions;

    StartChecks(Settings settings) {
        this.settings = settings;
    }

    /** Everything found wrong, in plain words. */
    List<String> problems() {
        return problems;
    }

    /** Partitions of {@code head-tags}; known once the topics have been looked at and found in order. */
    int partitions() {
        return partitions;
    }

    void registry() {
        try {
            problems.addAll(new SchemaRegistryClient(RegistrySettings.from(settings.wire())).ping());
        } catch (IllegalArgumentException | KafkaException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    /** Checks the topics of the role, and first creates those that are missing where that is asked for. */
    void topics(boolean create) {
        var app = settings.app();
        var plan = settings.topics().plan(app.role(), app.newPartitions());
        var config = new HashMap<>(settings.clientConfig());
        int deadline = (int) app.startDeadline().toMillis();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, deadline);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(deadline, 5_000));
        try (var admin = Admin.create(config)) {
            var found = describe(admin, plan);
            if (create) {
                create(admin, plan, found);
                found = describeAll(admin, plan);
            }
            compare(found);
            sizes(admin, found);
        } catch (KafkaException e) {
            problems.add("the brokers at " + app.bootstrapServers() + " can't be used: " + rootMessage(e));
        }
    }

    /** A topic that has just been made takes a moment to be known to every broker. */
    private Map<String, Optional<Integer>> describeAll(Admin admin, Map<String, TopicPlan> plan) {
        long deadline = System.nanoTime() + settings.app().startDeadline().toNanos();
        var found = describe(admin, plan);
        while (found.containsValue(Optional.<Integer>empty()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            found = describe(admin, plan);
        }
        return found;
    }

    private Map<String, Optional<Integer>> describe(Admin admin, Map<String, TopicPlan> plan) {
        var futures = admin.describeTopics(plan.keySet()).topicNameValues();
        var found = new TreeMap<String, Optional<Integer>>();
        futures.forEach((topic, future) -> {
            try {
                found.put(topic, Optional.of(get(future).partitions().size()));
            } catch (UnknownTopicOrPartitionException absent) {
                found.put(topic, Optional.empty());
            }
        });
        return found;
    }

    private void create(Admin admin, Map<String, TopicPlan> plan, Map<String, Optional<Integer>> found) {
        short replication = settings.app().newReplication();
        var missing = plan.entrySet().stream()
                .filter(topic ->
                        found.getOrDefault(topic.getKey(), Optional.empty()).isEmpty())
                .map(topic -> new NewTopic(
                                topic.getKey(),
                                Optional.of(topic.getValue().partitions()),
                                replication < 0 ? Optional.empty() : Optional.of(replication))
                        .configs(topic.getValue().config()))
                .toList();
        admin.createTopics(missing).values().forEach((topic, future) -> {
            try {
                get(future);
            } catch (TopicExistsException another) {
                // Another instance was faster. What it made is looked at like any other topic.
            }
        });
    }

    private void compare(Map<String, Optional<Integer>> found) {
        found.forEach((topic, count) -> {
            if (count.isEmpty()) {
                problems.add("topic " + topic + " does not exist; create it, or start with --create-topics");
            }
        });
        var topics = settings.topics();
        requireOne(found, topics.headVocabulary(), "or it is not known which vocabulary is the newest");
        requireOne(found, topics.headSnapshots(), "or control records lose their order");
        requireOne(found, topics.students(), "or control records lose their order");
        if (!settings.app().role().runsHead()) {
            return;
        }
        int head = found.getOrDefault(topics.headTags(), Optional.empty()).orElse(0);
        int queries = found.getOrDefault(topics.queries(), Optional.empty()).orElse(head);
        if (head > 0 && queries != head) {
            problems.add("topic " + topics.queries() + " has " + queries + " partitions and " + topics.headTags()
                    + " has " + head + "; they must have the same number, or queries miss the tags they should find");
        }
        partitions = head;
    }

    /**
     * What the application writes must fit into its topics. Where it may not see how they are set, a record that does
     * not fit is found when it is written.
     */
    private void sizes(Admin admin, Map<String, Optional<Integer>> found) {
        var needed = new TreeMap<String, Long>();
        var topics = settings.topics();
        long output = settings.limits().largestOutput(settings.head());
        needed.put(topics.taggedQueries(), output);
        needed.put(topics.misses(), output);
        needed.put(topics.deadLetters(), settings.limits().largestLetter());
        needed.keySet()
                .removeIf(topic -> found.getOrDefault(topic, Optional.empty()).isEmpty());
        var resources = needed.keySet().stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        var described = new TreeMap<String, KafkaFuture<Config>>();
        admin.describeConfigs(resources).values().forEach((resource, future) -> described.put(resource.name(), future));
        described.forEach((topic, future) -> {
            try {
                long most = Long.parseLong(
                        get(future).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
                long wanted = needed.getOrDefault(topic, 0L);
                if (most < wanted) {
                    problems.add("topic " + topic + " takes records of " + most + " bytes, and there may be"
                            + " some of " + wanted + "; raise its " + TopicConfig.MAX_MESSAGE_BYTES_CONFIG
                            + ", or lower "
                            + (topic.equals(topics.deadLetters())
                                    ? RecordLimits.MAX_LETTER_BYTES
                                    : RecordLimits.MAX_BYTES));
                }
            } catch (AuthorizationException | UnknownTopicOrPartitionException unseen) {
                log.info("can't see the settings of topic {}: {}", topic, unseen.getMessage());
            }
        });
    }

    private void requireOne(Map<String, Optional<Integer>> found, String topic, String why) {
        int count = found.getOrDefault(topic, Optional.empty()).orElse(1);
        if (count != 1) {
            problems.add("topic " + topic + " has " + count + " partitions; it must have 1, " + why);
        }
    }

    private <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(
                    settings.app().startDeadline().plus(Duration.ofSeconds(1)).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (TimeoutException e) {
            throw new KafkaException("no answer within " + settings.app().startDeadline(), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    private static String rootMessage(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
