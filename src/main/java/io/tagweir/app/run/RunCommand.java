package io.tagweir.app.run;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.StopSignals;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.StreamsSettings;
import io.tagweir.console.Console;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.topology.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./tagweir run}: runs the application until a signal or a failure. Exit code 0 after a signal means that
 * everything, including the state directory, was closed in time.
 */
@Command(
        name = "run",
        description = "Runs the application against a Kafka cluster until it is stopped.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--role", paramLabel = "all|head|tail", description = "Part of the topology; the setting role.")
    private @Nullable Role role;

    @Option(names = "--create-topics", description = "Create missing topics, with the settings create.topics.*.")
    private boolean createTopics;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "State directory, used by this process only; the setting " + StreamsSettings.STATE_DIR + ".")
    private @Nullable Path stateDir;

    @Override
    public Integer call() throws InterruptedException {
        var clock = Clock.systemUTC();
        var settings = cluster.settings(given());
        // Before the start there is nothing to close.
        var started = new AtomicReference<@Nullable Application>();
        StopSignals.handle(() -> stop(started.get()));
        var application = Application.start(settings, createTopics, clock);
        started.set(application);
        var console = console(application, clock);
        boolean failed;
        try (application;
                console) {
            if (application.awaitRunning()) {
                sayReady(application, console);
            }
            failed = application.awaitStop().isPresent();
        }
        return failed || !application.stoppedCleanly() ? 1 : 0;
    }

    private static void stop(@Nullable Application application) {
        if (application == null) {
            System.exit(0);
        } else {
            application.askToStop();
        }
    }

    private void sayReady(Application application, @Nullable Console console) {
        var app = application.settings().app();
        var out = spec.commandLine().getOut();
        out.println("ready: role " + app.role().name().toLowerCase(Locale.ROOT) + ", application "
                + app.applicationId() + ", brokers " + app.bootstrapServers()
                + (console == null
                        ? ""
                        : ", console http://" + application.settings().console().host() + ":" + console.port()));
        out.flush();
    }

    private Map<String, String> given() {
        var given = new HashMap<String, String>();
        if (role != null) {
            given.put(AppSettings.ROLE, role.name().toLowerCase(Locale.ROOT));
        }
        if (stateDir != null) {
            given.put(StreamsSettings.STATE_DIR, stateDir.toString());
        }
        return given;
    }

    private static @Nullable Console console(Application application, Clock clock) {
        var at = application.settings().console();
        if (at.port() < 0) {
            return null;
        }
        try {
            return Console.start(
                    new InetSocketAddress(at.host(), at.port()), at.hosts(), ConsoleViews.of(application, clock));
        } catch (IOException e) {
            application.close();
            throw new RefusedException(Reason.of(e));
        }
    }
}
