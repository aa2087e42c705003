package io.tagweir.local;

import java.util.Map;

/**
 * A topic to be created on a local broker.
 *
 * @param settings Kafka's settings of the topic, such as {@code cleanup.policy}
 */
public record LocalTopic(String name, int partitions, Map<String, String> settings) {

    public LocalTopic {
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + " has " + partitions + " partitions");
        }
        settings = Map.copyOf(settings);
    }

    /** A topic that never deletes records by age: the timestamps of replayed traffic are often old. */
    public static LocalTopic kept(String name, int partitions) {
        return new LocalTopic(name, partitions, Map.of("retention.ms", "-1"));
    }

    /** A topic that keeps the last record of each key. */
    public static LocalTopic compacted(String name, int partitions) {
        return new LocalTopic(name, partitions, Map.of("cleanup.policy", "compact"));
    }
}
