package io.tagweir.app.snapshot;

import io.tagweir.app.settings.Settings;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import picocli.CommandLine.Command;

/** {@code ./tagweir snapshot COMMAND}: the life of head snapshots. */
@Command(
        name = "snapshot",
        description = "Publishes, verifies, activates, rolls back and retires head snapshots.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SnapshotPublishCommand.class,
            SnapshotSealCommand.class,
            SnapshotListCommand.class,
            SnapshotVerifyCommand.class,
            SnapshotCheckCommand.class,
            SnapshotActivateCommand.class,
            SnapshotRollbackCommand.class,
            SnapshotQuarantineCommand.class,
            SnapshotRetireCommand.class,
            SnapshotExportCommand.class,
            SnapshotRequestsCommand.class
        })
public final class SnapshotCommand {

    public static SnapshotPublisher publisher(Settings settings) {
        return SnapshotTopics.publisher(settings);
    }
}
