package io.tagweir.app.cluster;

import io.tagweir.app.settings.Settings;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.Topic;
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
public final class StartChecks {

    private static final Logger log = LoggerFactory.getLogger(StartChecks.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();
    private int partitions;

    public StartChecks(Settings settings) {
        this.settings = settings;
    }

    /** Everything found wrong, in plain words. */
    public List<String> problems() {
        return problems;
    }

    /** Partitions of {@code head-tags}; known once the topics have been looked at and found in order. */
    public int partitions() {
        return partitions;
    }

    public void registry() {
        try {
            problems.addAll(new SchemaRegistryClient(RegistrySettings.from(settings.wire())).ping());
        } catch (IllegalArgumentException | KafkaException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    /** Checks the topics of the role, and first creates those that are missing where that is asked for. */
    public void topics(boolean create) {
        var app = settings.app();
        var needed =
                Topic.ALL.stream().filter(topic -> topic.isNeededBy(app.role())).toList();
        var config = new HashMap<>(settings.clientConfig());
        int deadline = (int) app.startDeadline().toMillis();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, deadline);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(deadline, 5_000));
        try (var admin = Admin.create(config)) {
            var found = describe(admin, needed);
            if (create) {
                create(admin, needed, found);
                found = describeAll(admin, needed);
            }
            compare(found);
            sizes(admin, found);
        } catch (KafkaException e) {
            problems.add("the brokers at " + app.bootstrapServers() + " can't be used: " + rootMessage(e));
        }
    }

    /** A topic that has just been made takes a moment to be known to every broker. */
    private Map<String, Optional<Integer>> describeAll(Admin admin, List<Topic<?, ?>> needed) {
        long deadline = System.nanoTime() + settings.app().startDeadline().toNanos();
        var found = describe(admin, needed);
        while (found.containsValue(Optional.<Integer>empty()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            found = describe(admin, needed);
        }
        return found;
    }

    private Map<String, Optional<Integer>> describe(Admin admin, List<Topic<?, ?>> needed) {
        var futures =
                admin.describeTopics(needed.stream().map(this::name).toList()).topicNameValues();
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

    private void create(Admin admin, List<Topic<?, ?>> needed, Map<String, Optional<Integer>> found) {
        var app = settings.app();
        var missing = needed.stream()
                .filter(topic -> partitions(found, topic).isEmpty())
                .map(topic -> new NewTopic(
                                name(topic),
                                Optional.of(topic.isSingle() ? 1 : app.newPartitions()),
                                app.newReplication() < 0 ? Optional.empty() : Optional.of(app.newReplication()))
                        .configs(topic.config()))
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
        Topic.ALL.stream()
                .filter(topic -> !topic.reasonForOnePartition().isEmpty())
                .forEach(topic -> requireOne(found, topic));
        if (!settings.app().role().runsHead()) {
            return;
        }
        int head = partitions(found, Topic.HEAD_TAGS).orElse(0);
        int queries = partitions(found, Topic.QUERIES).orElse(head);
        if (head > 0 && queries != head) {
            problems.add("topic " + name(Topic.QUERIES) + " has " + queries + " partitions and "
                    + name(Topic.HEAD_TAGS) + " has " + head
                    + "; they must have the same number, or queries miss the tags they should find");
        }
        partitions = head;
    }

    /**
     * What the application writes must fit into its topics. Where it may not see how they are set, a record that does
     * not fit is found when it is written.
     */
    private void sizes(Admin admin, Map<String, Optional<Integer>> found) {
        var needed = new TreeMap<String, Long>();
        long output = settings.limits().largestOutput(settings.head());
        needed.put(name(Topic.TAGGED_QUERIES), output);
        needed.put(name(Topic.MISSES), output);
        needed.put(name(Topic.DEAD_LETTERS), settings.limits().largestLetter());
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
                            + (topic.equals(name(Topic.DEAD_LETTERS))
                                    ? "kafka.max.request.size"
                                    : RecordLimits.MAX_BYTES));
                }
            } catch (AuthorizationException | UnknownTopicOrPartitionException unseen) {
                log.info("can't see the settings of topic {}: {}", topic, unseen.getMessage());
            }
        });
    }

    private void requireOne(Map<String, Optional<Integer>> found, Topic<?, ?> topic) {
        int count = partitions(found, topic).orElse(1);
        if (count != 1) {
            problems.add("topic " + name(topic) + " has " + count + " partitions; it must have 1, "
                    + topic.reasonForOnePartition());
        }
    }

    private Optional<Integer> partitions(Map<String, Optional<Integer>> found, Topic<?, ?> topic) {
        return found.getOrDefault(name(topic), Optional.empty());
    }

    private String name(Topic<?, ?> topic) {
        return settings.topics().name(topic);
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
