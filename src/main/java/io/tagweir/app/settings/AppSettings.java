package io.tagweir.app.settings;

import io.tagweir.setting.Setting;
import io.tagweir.topology.Role;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Which application this is, where its cluster is, and what it may do there.
 *
 * @param applicationId with the suffix of its role
 * @param startDeadline how long broker and registry may take to answer at the start
 * @param activationLead how far ahead of now an activation without an event time takes effect
 * @param newPartitions partitions of a topic that is created; a single-partition topic always has one
 * @param newReplication replicas of a topic that is created; negative for the broker's default
 */
public record AppSettings(
        String applicationId,
        String bootstrapServers,
        Role role,
        Duration startDeadline,
        Duration activationLead,
        int newPartitions,
        short newReplication) {

    public static final String APPLICATION_ID = "application.id";
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    public static final String ROLE = "role";
    public static final String START_DEADLINE = "start.deadline.ms";
    public static final String ACTIVATION_LEAD = "activation.lead.ms";

    private static final Setting<String> ID = Setting.name(APPLICATION_ID, "tagweir")
            .doc("Name of the fleet. Consumer group, internal topics and state directory are named after it. The roles"
                    + " head and tail append -head and -tail, because they are separate Kafka Streams applications.");
    private static final Setting<String> SERVERS = Setting.name(BOOTSTRAP_SERVERS, "localhost:9092")
            .doc("Kafka brokers to connect to first, as host:port, separated by commas.");
    private static final Setting<Role> RUNS = Setting.choice(ROLE, Role.ALL)
            .doc("Part of the topology that this process runs: all of it, the head alone, or the tail alone.");
    private static final Setting<Duration> DEADLINE = Setting.duration(START_DEADLINE, Duration.ofSeconds(15))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .doc("How long the brokers may take to answer at the start. Then the start is refused.");
    private static final Setting<Duration> LEAD = Setting.duration(ACTIVATION_LEAD, Duration.ofSeconds(3))
            .between(Duration.ZERO, Duration.ofDays(1))
            .doc("How far in the future an activation of a snapshot or a student takes effect, if the command names no"
                    + " event time. Every instance must have read the control record by then, so that all switch at the"
                    + " same query.");
    private static final Setting<Integer> PARTITIONS = Setting.count("create.topics.partitions", "partitions", 4)
            .between(1, 10_000)
            .doc("Partitions of the topics that --create-topics creates. Topics that need a single partition get one.");
    private static final Setting<Integer> REPLICATION = Setting.count("create.topics.replication", "replicas", -1)
            .between(-1, 100)
            .doc("Replicas of the topics that --create-topics creates. -1 uses the broker's default.");

    static List<Setting<?>> settings() {
        return List.of(SERVERS, ID, RUNS, DEADLINE, LEAD, PARTITIONS, REPLICATION);
    }

    static AppSettings of(AbstractConfig config) {
        var role = RUNS.of(config);
        return new AppSettings(
                suffixed(ID.of(config), role),
                SERVERS.of(config),
                role,
                DEADLINE.of(config),
                LEAD.of(config),
                PARTITIONS.of(config),
                REPLICATION.of(config).shortValue());
    }

    /** The application that runs a role: head and tail are applications of their own. */
    public static String suffixed(String applicationId, Role role) {
        return applicationId + (role == Role.ALL ? "" : "-" + role.name().toLowerCase(Locale.ROOT));
    }
}
