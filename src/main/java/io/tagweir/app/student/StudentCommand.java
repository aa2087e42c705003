package io.tagweir.app.student;

import picocli.CommandLine.Command;

/** {@code ./tagweir student COMMAND}: the students that are swapped while the application runs. */
@Command(
        name = "student",
        description = "Stages, activates and rolls back students, without a restart.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StudentStageCommand.class,
            StudentActivateCommand.class,
            StudentRollbackCommand.class,
            StudentListCommand.class
        })
public final class StudentCommand {}
