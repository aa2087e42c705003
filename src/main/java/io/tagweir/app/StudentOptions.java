package io.tagweir.app;

import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which student a command of its own takes, without the settings of the stream application. */
final class StudentOptions {

    @Option(names = "--student", paramLabel = "DIR", description = "model directory instead of the packaged student")
    private @Nullable String directory;

    @Option(
            names = "--threshold",
            paramLabel = "X",
            description = "drop tags scored below X, 0 to 1, whatever their label; 0 keeps all "
                    + "(default: the thresholds that come with the student)")
    private @Nullable Double threshold;

    /** @throws Refusal where the student cannot serve */
    OnnxStudent load() {
        var settings = StudentSettings.defaults();
        if (directory != null) {
            settings = settings.withDirectory(directory);
        }
        if (threshold != null) {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new Refusal("--threshold is " + threshold + ", not between 0 and 1");
            }
            settings = settings.withThreshold(threshold);
        }
        try {
            return OnnxStudent.load(settings.directory(Home.directory()), settings);
        } catch (BrokenStudentException e) {
            throw new Refusal(e.problems());
        }
    }

    /** The one threshold asked for, null where the student's own hold. */
    @Nullable
    Double threshold() {
        return threshold;
    }
}
