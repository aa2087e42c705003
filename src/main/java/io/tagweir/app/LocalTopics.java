package io.tagweir.app;

import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
import io.tagweir.topology.Role;
import io.tagweir.topology.TopicPlan;
import io.tagweir.topology.Topics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The application's topics as they are created on a local cluster, where no record is deleted by age. */
final class LocalTopics {

    private LocalTopics() {}

    static List<LocalTopic> of(Topics topics, int partitions) {
        var plan = new TreeMap<String, TopicPlan>(topics.plan(Role.HEAD, partitions));
        plan.putAll(topics.plan(Role.TAIL, partitions));
        return plan.entrySet().stream()
                .map(topic -> topic.getValue().config().isEmpty()
                        ? LocalTopic.kept(topic.getKey(), topic.getValue().partitions())
                        : LocalTopic.compacted(topic.getKey(), topic.getValue().partitions()))
                .toList();
    }

    /** Creates those that are missing; returns the number of partitions of each. */
    static Map<String, Integer> create(LocalCluster cluster, Topics topics, int partitions) {
        return cluster.createTopics(of(topics, partitions));
    }
}
