package io.tagweir.app;

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
final class SnapshotCommand {

    static SnapshotPublisher publisher(Settings settings) {
        return SnapshotTopics.publisher(settings);
    }
}
