package io.tagweir.app.cluster;

import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.OldSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.reason.RefusedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that talks to a cluster. */
public final class ClusterOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Bootstrap brokers; the setting bootstrap.servers.")
    private @Nullable String bootstrapServer;

    @Option(names = "--registry", paramLabel = "URL", description = "Schema registry; the setting schema.registry.url.")
    private @Nullable String registry;

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            converter = Input.class,
            description = "Kafka client properties, such as TLS and SASL; - is standard input.")
    private @Nullable Path clientConfig;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            converter = Input.class,
            description = "Settings, as a properties file; - is standard input.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "A setting; may be repeated. See topology-docs/settings.md.")
    private Map<String, String> set = new TreeMap<>();

    /** The effective settings: from the file, the environment, {@code --set}, and the named options. */
    public Settings settings() {
        return settings(Map.of());
    }

    /** Like {@link #settings()}, after a check that broker, registry and topics can be reached. */
    public Settings reachable() {
        var settings = settings();
        // In parallel, because loading the classes takes longer than the checks.
        var registry = CompletableFuture.supplyAsync(() -> {
            var checks = new StartChecks(settings);
            checks.registry();
            return checks.problems();
        });
        var brokers = brokers(settings);
        var problems = new ArrayList<>(registry.join());
        problems.addAll(brokers);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return settings;
    }

    private static List<String> brokers(Settings settings) {
        String servers = settings.app().bootstrapServers();
        var refusal = BrokerProbe.refusal(servers);
        if (refusal.isPresent()) {
            return List.of("no broker can be reached at " + servers + ": " + refusal.get()
                    + "; start one, or set its address with --bootstrap-server or "
                    + Settings.variable(AppSettings.BOOTSTRAP_SERVERS));
        }
        var checks = new StartChecks(settings);
        checks.topics(false);
        return checks.problems();
    }

    /** @param more settings given by the command itself */
    public Settings settings(Map<String, String> more) {
        var chosen = new TreeMap<>(set);
        if (clientConfig != null) {
            Settings.properties(clientConfig).forEach((key, value) -> chosen.put(Settings.KAFKA + key, value));
        }
        if (bootstrapServer != null) {
            chosen.put(AppSettings.BOOTSTRAP_SERVERS, bootstrapServer);
        }
        if (registry != null) {
            chosen.put("schema.registry.url", registry);
        }
        chosen.putAll(more);
        var given = Settings.gather(config, System.getenv(), chosen);
        var settings = Settings.of(given);
        var err = spec.commandLine().getErr();
        OldSettings.read(given).warnings().forEach(warning -> err.println("tagweir: warning: " + warning));
        err.flush();
        return settings;
    }

    /** An input file; {@code -} is standard input. */
    static final class Input implements ITypeConverter<Path> {

        private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

        @Override
        public Path convert(String text) {
            return text.equals("-") ? STANDARD_INPUT : Path.of(text);
        }
    }
}
