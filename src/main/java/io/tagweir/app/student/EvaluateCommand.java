package io.tagweir.app.student;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.Evaluation;
import io.tagweir.student.Metrics;
import io.tagweir.student.OnnxStudent;
import io.tagweir.tag.PrecisionRecall;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir evaluate}: scores a student on labelled queries. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Entity precision, recall and F1 of the student on BIO-labelled queries, "
                + "as labelled and with function words stripped.")
public final class EvaluateCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "JSONL",
            description = "labelled queries, a JSON object with \"tokens\" and \"labels\" per line, plain or gzip;"
                    + " - is standard input")
    private Path data = Path.of("");

    @Option(names = "--report", paramLabel = "FILE", description = "also write the results to this file, as JSON")
    private @Nullable Path report;

    @Mixin
    private StudentOptions student = new StudentOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var labelled = LabelledQueryFile.read(data);
        if (labelled.skipped() > 0) {
            spec.commandLine()
                    .getErr()
                    .println("skipped: " + labelled.skipped() + " queries without tokens and labels");
        }
        try (OnnxStudent loaded = student.load()) {
            var evaluation = Evaluation.of(loaded, labelled.queries());
            print(evaluation, loaded.id(), spec.commandLine().getOut());
            if (report != null) {
                write(json(evaluation, loaded.id()).put("passed_over", labelled.skipped()), report);
            }
        }
        return 0;
    }

    private static void print(Evaluation evaluation, String id, PrintWriter out) {
        double seconds = seconds(evaluation);
        out.printf(Locale.ROOT, "%s on %d queries, %.2f s%n", id, evaluation.queries(), seconds);
        print("official", evaluation.official(), out);
        print("function words stripped", evaluation.stripped(), out);
        out.flush();
    }

    private static void print(String title, Metrics metrics, PrintWriter out) {
        out.printf("%n%-24s %9s %9s %9s %9s%n", title, "precision", "recall", "f1", "support");
        metrics.byLabel().forEach((label, scores) -> print(label, scores, out));
        print("all", metrics.overall(), out);
    }

    private static void print(String name, PrecisionRecall scores, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-24s %9.3f %9.3f %9.3f %9d%n",
                name,
                scores.precision(0),
                scores.recall(0),
                scores.f1(0),
                scores.support());
    }

    private ObjectNode json(Evaluation evaluation, String id) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("official", json(evaluation.official()));
        root.set("stripped", json(evaluation.stripped()));
        root.put("queries", evaluation.queries()).put("seconds", seconds(evaluation));
        return root.put("threshold", student.threshold()).put("student", id);
    }

    private static ObjectNode json(Metrics metrics) {
        ObjectNode node = json(metrics.overall());
        ObjectNode perLabel = node.putObject("per_label");
        metrics.byLabel().forEach((label, scores) -> perLabel.set(label, json(scores)));
        return node;
    }

    private static ObjectNode json(PrecisionRecall scores) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("precision", scores.precision(0))
                .put("recall", scores.recall(0))
                .put("f1", scores.f1(0))
                .put("support", scores.support());
    }

    private static double seconds(Evaluation evaluation) {
        return evaluation.elapsed().toNanos() / 1e9;
    }

    private static void write(ObjectNode node, Path file) {
        try {
            Files.writeString(
                    file,
                    new ObjectMapper()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(node)
                            + "\n");
        } catch (IOException e) {
            throw new RefusedException("the report cannot be written to " + file + ": " + Reason.of(e));
        }
    }
}
