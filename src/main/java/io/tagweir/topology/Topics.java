package io.tagweir.topology;

import io.tagweir.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The names that a site gives the topics.
 *
 * @param prefix of every topic that has no name of its own
 * @param names by contract name, of topics that have one
 */
public record Topics(String prefix, Map<String, String> names) {

    public static final String PREFIX = "topic.prefix";
    public static final String NAMES = "topic.names";

    /** What Kafka accepts as a topic's name. */
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]*");

    private static final Setting<String> PREFIX_SETTING = Setting.text(PREFIX, "")
            .check(Topics::checkLegal)
            .doc("Put in front of the name of every topic, so that several fleets can share a cluster.");
    private static final Setting<Map<String, String>> NAMES_SETTING = Setting.map(
                    NAMES, "topic", Setting.name(NAMES, "-"), Map.of())
            .check(Topics::checkNames)
            .doc("Names of topics that are called differently here, without the prefix. Example:"
                    + " queries=search.queries,misses=search.misses. topology.md lists the topics.");

    public Topics {
        names = Map.copyOf(names);
    }

    public static List<Setting<?>> settings() {
        return List.of(PREFIX_SETTING, NAMES_SETTING);
    }

    /** @throws IllegalArgumentException if two topics have the same name */
    public static Topics of(AbstractConfig config) {
        var topics = new Topics(PREFIX_SETTING.of(config), NAMES_SETTING.of(config));
        for (var topic : Topic.ALL) {
            for (var other : Topic.ALL) {
                if (topic != other && topics.name(topic).equals(topics.name(other))) {
                    throw new IllegalArgumentException("the topics " + topic + " and " + other + " are both named "
                            + topics.name(topic) + "; change " + NAMES);
                }
            }
        }
        return topics;
    }

    /** The names of the contract. */
    public static Topics defaults() {
        return new Topics("", Map.of());
    }

    public String name(Topic<?, ?> topic) {
        var own = names.get(topic.contractName());
        return own == null ? prefix + topic.contractName() : own;
    }

    private static void checkNames(Map<String, String> names) {
        names.forEach((topic, name) -> {
            if (Topic.ALL.stream().noneMatch(known -> known.contractName().equals(topic))) {
                throw new IllegalArgumentException("there is no topic " + topic + "; the topics are " + Topic.ALL);
            }
            checkLegal(name);
        });
    }

    private static void checkLegal(String name) {
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a topic's name has only letters, digits, dots, hyphens and underscores: " + name);
        }
    }
}
