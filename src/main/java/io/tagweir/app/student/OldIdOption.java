package io.tagweir.app.student;

import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * {@code --id ID}, the old way to give some commands the id that is now an argument. It works, with a warning, until
 * the next release.
 */
public final class OldIdOption {

    @Option(names = "--id", hidden = true, preprocessor = AsArgument.class)
    private @Nullable String id;

    /** Lets the value be parsed as an argument. */
    static final class AsArgument implements IParameterPreprocessor {

        @Override
        @SuppressWarnings("JdkObsolete") // picocli's signature
        public boolean preprocess(
                Stack<String> left, CommandSpec command, ArgSpec option, Map<String, Object> information) {
            var err = command.commandLine().getErr();
            err.println("tagweir: warning: --id is removed in the next release; give the id as an argument: "
                    + command.qualifiedName(" ") + " ID");
            err.flush();
            return true;
        }
    }
}
