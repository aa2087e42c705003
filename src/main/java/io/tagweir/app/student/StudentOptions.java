package io.tagweir.app.student;

import io.tagweir.app.command.Home;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that select the student of commands that need no Kafka. */
final class StudentOptions {

    @Option(names = "--student", paramLabel = "DIR", description = "model directory instead of the packaged student")
    private @Nullable String directory;

    @Option(
            names = "--threshold",
            paramLabel = "X",
            description = "drop tags with a score below X (0 to 1); 0 keeps all "
                    + "(default: the thresholds that come with the student)")
    private @Nullable Double threshold;

    /** @throws RefusedException if the student can't be loaded */
    OnnxStudent load() {
        var settings = StudentSettings.defaults();
        if (directory != null) {
            settings = settings.withDirectory(directory);
        }
        if (threshold != null) {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new RefusedException("--threshold is " + threshold + ", not between 0 and 1");
            }
            settings = settings.withThreshold(threshold);
        }
        try {
            return OnnxStudent.load(settings.directory(Home.directory()), settings);
        } catch (BrokenStudentException e) {
            throw new RefusedException(e.problems());
        }
    }

    /** The threshold given; null for the student's own. */
    @Nullable
    Double threshold() {
        return threshold;
    }
}
