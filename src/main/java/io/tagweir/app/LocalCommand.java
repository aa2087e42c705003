package io.tagweir.app;

import io.tagweir.local.CannotStart;
import io.tagweir.local.LocalCluster;
import io.tagweir.local.LocalTopic;
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

/** {@code ./tagweir local}: broker and registry for other clients, until a signal; exit code 0 after a clean close. */
@Command(
        name = "local",
        description = "Runs a Kafka broker and a schema registry on 127.0.0.1, for other clients, until it is stopped.",
        mixinStandardHelpOptions = true)
final class LocalCommand implements Callable<Integer> {

    private static final int DEFAULT_PARTITIONS = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private LocalPorts ports = new LocalPorts();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps records and schemas for the next start. Without it they go when the command ends.")
    private @Nullable Path dir;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of new topics (" + DEFAULT_PARTITIONS + " unless given). Topics that DIR already"
                    + " holds must have this many where it is given.")
    private @Nullable Integer partitions;

    @Override
    public Integer call() throws InterruptedException {
        if (partitions != null && partitions < 1) {
            throw new Refusal("--partitions is " + partitions + "; a topic has at least 1");
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
            Map<String, Integer> there = cluster.createTopics(wanted);
            if (partitions != null) {
                refuseOthers(wanted, there);
            }
            return cluster;
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed instanceof CannotStart reason ? new Refusal(String.valueOf(reason.getMessage())) : failed;
        }
    }

    private void refuseOthers(List<LocalTopic> wanted, Map<String, Integer> there) {
        List<String> problems = wanted.stream()
                .filter(topic -> there.getOrDefault(topic.name(), 0) != topic.partitions())
                .map(topic -> "topic " + topic.name() + " in " + dir + " has " + there.get(topic.name())
                        + " partitions, not " + topic.partitions() + "; leave --partitions out or choose another --dir")
                .toList();
        if (!problems.isEmpty()) {
            throw new Refusal(problems);
        }
    }

    /** A line that a shell takes, after which the other commands find this cluster. */
    private static String export(String setting, String value) {
        return "export " + Settings.variable(setting) + "=" + value;
    }
}
