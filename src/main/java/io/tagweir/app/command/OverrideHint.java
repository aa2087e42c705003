package io.tagweir.app.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line that overrides failed checks, ready to be pasted. Pure functions. */
public final class OverrideHint {

    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
    private static final Pattern SECRET =
            Pattern.compile("(?is)[^=]*(password|secret|jaas|credential|userinfo|store\\.key)[^=]*=.*");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

    private OverrideHint() {}

    /**
     * The failed checks, followed by the command that overrides them.
     *
     * @param spec of the command that was given; its options are kept if the overriding command has them too
     * @param command the one that overrides, such as {@code snapshot activate}; it has an option {@code --force}
     * @param argument its positional argument
     */
    public static List<String> after(List<String> failures, CommandSpec spec, String command, String argument) {
        var line = new ArrayList<>(List.of("./tagweir", command, quoted(argument)));
        var known = known(spec, command);
        for (var option :
                new LinkedHashSet<>(spec.commandLine().getParseResult().matchedOptions())) {
            if (known.findOption(option.longestName()) != null
                    && !option.longestName().equals("--force")) {
                line.addAll(words(option));
            }
        }
        line.add("--force");
        var lines = new ArrayList<>(failures);
        lines.add("to override this: " + String.join(" ", line));
        return lines;
    }

    private static CommandSpec known(CommandSpec spec, String command) {
        CommandLine found = spec.root().commandLine();
        for (var word : command.split(" ", -1)) {
            found = Objects.requireNonNull(found.getSubcommands().get(word), word);
        }
        return found.getCommandSpec();
    }

    private static List<String> words(OptionSpec option) {
        var words = new ArrayList<String>();
        for (var value : option.originalStringValues()) {
            words.add(option.longestName());
            if (option.arity().max() > 0) {
                words.add(quoted(value));
            }
        }
        return words;
    }

    /** Quotes a word for a shell. Secrets are left out, because the line may end up in logs. */
    private static String quoted(String word) {
        if (SECRET.matcher(word).matches()) {
            return word.substring(0, word.indexOf('=') + 1) + "...";
        }
        var shown = USER_INFO.matcher(word).replaceAll("//...@");
        return PLAIN.matcher(shown).matches() ? shown : "'" + shown.replace("'", "'\\''") + "'";
    }
}
