package io.tagweir.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;

/** How the embedded node differs from Kafka's defaults. */
final class BrokerProperties {

    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private static final String TEXT = """
            process.roles=broker,controller
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            # A misspelt topic must be an error, not a new topic with one partition.
            auto.create.topics.enable=false
            # One node has the only replica of everything.
            default.replication.factor=1
            min.insync.replicas=1
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            # A consumer need not wait for other members of its group.
            group.initial.rebalance.delay.ms=0
            # After a kill, a new process can register only once the session of the old one has expired.
            broker.session.timeout.ms=2000
            broker.heartbeat.interval.ms=300
            # The defaults are for a machine that runs nothing else.
            log.cleaner.dedupe.buffer.size=16777216
            log.cleaner.io.buffer.size=65536
            log.index.size.max.bytes=1048576
            num.network.threads=2
            num.io.threads=2
            background.threads=2
            num.recovery.threads.per.data.dir=1
            # Two brokers in one process would use the same names of JMX beans.
            metric.reporters=
            """;

    private BrokerProperties() {}

    static Properties of(Path logDir, int port, int controllerPort) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(TEXT));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        var listener = "PLAINTEXT://" + Loopback.HOST + ":" + port;
        var controller = Loopback.HOST + ":" + controllerPort;
        properties.setProperty("node.id", Integer.toString(NODE_ID));
        properties.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.setProperty("listeners", listener + "," + CONTROLLER + "://" + controller);
        properties.setProperty("advertised.listeners", listener);
        properties.setProperty("log.dirs", logDir.toString());
        return properties;
    }
}
