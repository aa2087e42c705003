package io.tagweir.app.docs;

import io.tagweir.app.command.Home;
import io.tagweir.app.settings.OldSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.reason.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./tagweir docs}: rewrites the generated pages. */
@Command(
        name = "docs",
        description = "Rewrites the generated pages of topology-docs/.",
        mixinStandardHelpOptions = true)
public final class DocsCommand implements Callable<Integer> {

    public static final String DIRECTORY = "topology-docs";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var directory = Home.directory().resolve(DIRECTORY);
        if (!Files.isDirectory(directory)) {
            throw new RefusedException("there is no " + directory + "; run this in a checkout of the project");
        }
        var out = spec.commandLine().getOut();
        for (var page : pages(spec.root().commandLine()).entrySet()) {
            boolean changed = write(directory.resolve(page.getKey()), page.getValue());
            out.println((changed ? "written    " : "unchanged  ") + DIRECTORY + "/" + page.getKey());
        }
        // Bytes of released records change only on purpose, so this command does not rewrite them.
        out.println("the bytes of the example records are not rewritten; if you meant to change a schema, run"
                + " mvn -q test -Dgolden.rewrite=true -Dtest=WireGoldenTest");
        out.flush();
        return 0;
    }

    /** The generated pages as they should be, by file name. */
    public static Map<String, String> pages(CommandLine commands) {
        return Pages.all(Settings.sections(), OldSettings.advice(), Settings::variable, commands);
    }

    private static boolean write(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return false;
        }
        Files.writeString(file, text);
        return true;
    }
}
