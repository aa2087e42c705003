package io.tagweir.local;

import java.nio.file.Path;
import java.util.Properties;

/** What sets a single embedded node apart from a production broker; everything else is Kafka's default. */
final class BrokerProperties {

    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private BrokerProperties() {}

    static Properties of(Path logDir, int port, int controllerPort) {
        var properties = new Properties();
        String[][] settings = {
            {"process.roles", "broker,controller"},
            {"node.id", Integer.toString(NODE_ID)},
            {"controller.quorum.voters", NODE_ID + "@" + Loopback.HOST + ":" + controllerPort},
            {"controller.listener.names", CONTROLLER},
            {
                "listeners",
                "PLAINTEXT://" + Loopback.HOST + ":" + port + "," + CONTROLLER + "://" + Loopback.HOST + ":"
                        + controllerPort
            },
            {"advertised.listeners", "PLAINTEXT://" + Loopback.HOST + ":" + port},
            {"inter.broker.listener.name", "PLAINTEXT"},
            {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT"},
            {"log.dirs", logDir.toString()},

            // A misspelt topic should fail, not come into being with one partition.
            {"auto.create.topics.enable", "false"},

            // One node holds the only replica of everything.
            {"default.replication.factor", "1"},
            {"min.insync.replicas", "1"},
            {"offsets.topic.replication.factor", "1"},
            {"offsets.topic.num.partitions", "4"},
            {"transaction.state.log.replication.factor", "1"},
            {"transaction.state.log.min.isr", "1"},
            {"transaction.state.log.num.partitions", "4"},
            {"share.coordinator.state.topic.replication.factor", "1"},
            {"share.coordinator.state.topic.min.isr", "1"},
            {"share.coordinator.state.topic.num.partitions", "1"},

            // There is nobody to wait for.
            {"group.initial.rebalance.delay.ms", "0"},
            // After a kill, the new process may register once the session of the old one has run out.
            {"broker.session.timeout.ms", "2000"},
            {"broker.heartbeat.interval.ms", "300"},

            // Small: the defaults are for a machine of its own.
            {"log.cleaner.dedupe.buffer.size", "16777216"},
            {"log.cleaner.io.buffer.size", "65536"},
            {"log.index.size.max.bytes", "1048576"},
            {"num.network.threads", "2"},
            {"num.io.threads", "2"},
            {"background.threads", "2"},
            {"num.recovery.threads.per.data.dir", "1"},
            // Brokers of one process would quarrel over the names of their JMX beans.
            {"metric.reporters", ""},
        };
        for (String[] setting : settings) {
            properties.setProperty(setting[0], setting[1]);
        }
        return properties;
    }
}
