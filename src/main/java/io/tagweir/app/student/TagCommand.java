package io.tagweir.app.student;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.query.Alignment;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.Student;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./tagweir tag}: the student alone, without Kafka.
 *
 * <p>Queries go through the model one at a time, so that an answer does not depend on the lines around it.
 */
@Command(
        name = "tag",
        mixinStandardHelpOptions = true,
        description = "Tags queries with the student, without Kafka. Prints one JSON object per line.")
public final class TagCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "TEXT",
            description = "the words of one query; without any, or with -, each line of standard input is a query")
    private List<String> text = List.of();

    @Mixin
    private StudentOptions student = new StudentOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final InputStream in;

    public TagCommand() {
        this(System.in);
    }

    public TagCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Student loaded = student.load()) {
            if (!text.isEmpty() && !text.equals(List.of("-"))) {
                out.println(line(loaded, String.join(" ", text)));
            } else {
                tag(loaded, new LineReader(in), out);
            }
        }
        out.flush();
        return 0;
    }

    private static void tag(Student loaded, LineReader lines, PrintWriter out) throws IOException {
        try {
            // A closed pipe (as by head) is an error of the writer, not an exception.
            for (var line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                out.println(line(loaded, line));
            }
        } catch (InvalidInputException e) {
            out.flush();
            throw new RefusedException("standard input, line " + lines.number() + ": " + e.getMessage());
        }
    }

    /** The answer to a typed query; a query without words has no tags. */
    private static String line(Student loaded, String typed) {
        String canonical = Normaliser.canonical(typed);
        var alignment = Alignment.of(typed);
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("query", typed).put("canonical_query", canonical);
        var tags = line.putArray("tags");
        for (var span : loaded.tag(List.of(canonical)).get(0)) {
            int start = alignment.typedStart(span.start());
            int end = alignment.typedEnd(span.end());
            tags.addObject()
                    .put("label", span.label())
                    .put("value", alignment.typedText(start, end))
                    .put("start", start)
                    .put("end", end)
                    .put("score", span.score());
        }
        return line.put("student", loaded.id()).toString();
    }
}
