package io.tagweir.app;

import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads the student that the settings name. */
final class Students {

    private Students() {}

    /** The student, loaded and warm; null where it is broken, with every reason added to {@code problems}. */
    static @Nullable OnnxStudent load(StudentSettings settings, List<String> problems) {
        try {
            return OnnxStudent.load(settings.directory(Home.directory()), settings);
        } catch (BrokenStudentException broken) {
            problems.addAll(broken.problems());
            return null;
        }
    }
}
