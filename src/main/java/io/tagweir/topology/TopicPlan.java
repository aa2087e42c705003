package io.tagweir.topology;

import java.util.Map;

/**
 * How a topic is created where Tagweir is asked to.
 *
 * @param config the topic's own settings; what it does not name is the broker's default
 */
public record TopicPlan(int partitions, Map<String, String> config) {

    public TopicPlan {
        if (partitions < 1) {
            throw new IllegalArgumentException("a topic needs a partition, not " + partitions);
        }
        config = Map.copyOf(config);
    }

    /** Records in order of arrival, kept as long as the broker keeps them. */
    static TopicPlan stream(int partitions) {
        return new TopicPlan(partitions, Map.of());
    }

    /** The newest record of each key. */
    static TopicPlan table(int partitions) {
        return new TopicPlan(partitions, Map.of("cleanup.policy", "compact"));
    }
}
