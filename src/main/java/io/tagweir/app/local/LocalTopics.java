package io.tagweir.app.local;

import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.util.List;
import java.util.Map;

/** The application's topics as they are created on a local cluster, where no record is deleted by age. */
public final class LocalTopics {

    private LocalTopics() {}

    static List<LocalTopic> of(Topics topics, int partitions) {
        return Topic.ALL.stream()
                .map(topic -> {
                    int count = topic.isSingle() ? 1 : partitions;
                    return topic.config().isEmpty()
                            ? LocalTopic.kept(topics.name(topic), count)
                            : LocalTopic.compacted(topics.name(topic), count);
                })
                .toList();
    }

    /** Creates those that are missing; returns the number of partitions of each. */
    public static Map<String, Integer> create(LocalCluster cluster, Topics topics, int partitions) {
        return cluster.createTopics(of(topics, partitions));
    }
}
