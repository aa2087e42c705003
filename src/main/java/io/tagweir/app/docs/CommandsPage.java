package io.tagweir.app.docs;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code commands.md}: what {@code --help} prints, for every command. */
final class CommandsPage {

    private static final int WIDTH = 100;

    private CommandsPage() {}

    static String of(CommandLine commands) {
        var page = new StringBuilder(Pages.head("Commands", "the commands' own `--help`"));
        page.append("""
                Exit codes: 0 after success; 2 for what the user can mend, each problem on one line of stderr; 1 for a \
                fault of Tagweir's own, with its stack trace.

                """);
        commands.setUsageHelpWidth(WIDTH);
        append(page, commands);
        return page.toString();
    }

    private static void append(StringBuilder page, CommandLine command) {
        var name = command.getCommandSpec().qualifiedName(" ");
        page.append("## ")
                .append(name)
                .append("\n\n```text\n")
                .append(command.getUsageMessage(Ansi.OFF).replace("\r\n", "\n").replaceAll("(?m)[ ]+$", ""))
                .append("```\n\n");
        command.getSubcommands().values().stream().distinct().forEach(sub -> append(page, sub));
    }
}
