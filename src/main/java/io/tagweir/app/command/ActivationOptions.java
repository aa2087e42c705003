package io.tagweir.app.command;

import io.tagweir.reason.RefusedException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of the commands that activate a snapshot or a student. */
public final class ActivationOptions {

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Event time in ISO 8601 from which it answers. By default the setting"
                    + " (snapshot|student).activation.lead.ms ahead of now.")
    private @Nullable String from;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait until the whole fleet is ready for it (${DEFAULT-VALUE}).")
    private long wait = 60;

    @Option(
            names = "--force",
            description = "Overrides failed checks: those of the gate, and that of a time which has been answered"
                    + " already. The control record keeps what was overridden.")
    private boolean force;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why the checks are overridden, for the record.")
    private @Nullable String reason;

    public ActivationOptions() {}

    public ActivationOptions(long wait, boolean force) {
        this.wait = wait;
        this.force = force;
    }

    /** Null: the configured lead ahead of now. */
    @Nullable
    public Instant from() {
        try {
            return from == null ? null : Instant.parse(from);
        } catch (DateTimeException e) {
            throw new RefusedException("--from is not a time in ISO 8601: " + from);
        }
    }

    public Duration limit() {
        return Duration.ofSeconds(wait);
    }

    /**
     * What the control record keeps of failed checks.
     *
     * @param spec of the command that was given
     * @param command the one that overrides them, such as {@code snapshot activate}, with its argument {@code id}
     * @throws RefusedException with the checks, unless they are overridden
     */
    public List<String> override(List<String> failures, CommandSpec spec, String command, String id) {
        if (failures.isEmpty()) {
            return failures;
        }
        if (!force) {
            throw new RefusedException(OverrideHint.after(failures, spec, command, id));
        }
        var kept = new ArrayList<>(failures);
        if (reason != null) {
            kept.add("because: " + reason);
        }
        return kept;
    }
}
