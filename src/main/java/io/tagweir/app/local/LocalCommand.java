package io.tagweir.app.local;

import io.tagweir.app.command.StopSignals;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.local.CannotStart;
import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
import io.tagweir.reason.RefusedException;
import io.tagweir.topology.Topics;
import io.tagweir.wire.WireConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir local}: a broker and a registry for other clients. Runs until a signal; 0 after a clean close. */
@Command(
        name = "local",
        description = "Runs a Kafka broker and a schema registry on 127.0.0.1, for other clients, until it is stopped.",
        mixinStandardHelpOptions = true)
public final class LocalCommand implements Callable<Integer> {

    private static final int DEFAULT_PARTITIONS = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private LocalPorts ports = new LocalPorts();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps records and schemas for the next start. Without it they are deleted at the end.")
    private @Nullable Path dir;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of new topics. Default: " + DEFAULT_PARTITIONS
                    + ". If it is given, topics that are" + " already in DIR must have as many.")
    private @Nullable Integer partitions;

    @Override
    public Integer call() throws InterruptedException {
        if (partitions != null && partitions < 1) {
            throw new RefusedException("--partitions is " + partitions + "; it must be at least 1");
        }
        LocalCluster cluster = start();
        var stop = new CountDownLatch(1);
        StopSignals.handle(stop::countDown);
        var out = spec.commandLine().getOut();
        out.println("ready: broker " + cluster.bootstrapServers() + ", schema registry " + cluster.registryUrl());
        out.println(export(AppSettings.BOOTSTRAP_SERVERS, cluster.bootstrapServers()));
        out.println(export(WireConfig.URL, cluster.registryUrl()));
        out.flush();
        stop.await();
        cluster.close();
        return 0;
    }

    private LocalCluster start() {
        LocalCluster cluster = ports.start(dir);
        try {
            List<LocalTopic> wanted =
                    LocalTopics.of(Topics.defaults(), partitions == null ? DEFAULT_PARTITIONS : partitions);
            Map<String, Integer> existing = cluster.createTopics(wanted);
            if (partitions != null) {
                refuseOtherPartitions(wanted, existing);
            }
            return cluster;
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed instanceof CannotStart reason
                    ? new RefusedException(String.valueOf(reason.getMessage()))
                    : failed;
        }
    }

    private void refuseOtherPartitions(List<LocalTopic> wanted, Map<String, Integer> existing) {
        List<String> problems = wanted.stream()
                .filter(topic -> existing.getOrDefault(topic.name(), 0) != topic.partitions())
                .map(topic -> "topic " + topic.name() + " in " + dir + " has " + existing.get(topic.name())
                        + " partitions, not " + topic.partitions() + "; leave --partitions out or choose another --dir")
                .toList();
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    /** A shell command after which the other commands use this cluster. */
    private static String export(String setting, String value) {
        return "export " + Settings.variable(setting) + "=" + value;
    }
}
