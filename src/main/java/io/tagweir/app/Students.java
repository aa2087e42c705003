package io.tagweir.app;

import io.tagweir.student.BatchShape;
import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentException;
import io.tagweir.student.StudentSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads the student that the settings name. */
public final class Students {

    private Students() {}

    /** The student, loaded and run in every shape that queries come in; null where it is broken, with every reason. */
    static @Nullable OnnxStudent warm(StudentSettings settings, List<BatchShape> shapes, List<String> problems) {
        var student = load(settings, problems);
        if (student == null) {
            return null;
        }
        try {
            student.warmUp(shapes);
            return student;
        } catch (StudentException e) {
            student.close();
            problems.add("the student " + student.id() + " does not run: " + e.getMessage());
            return null;
        }
    }

    /** The student, loaded; null where it is broken, with every reason added to {@code problems}. */
    public static @Nullable OnnxStudent load(StudentSettings settings, List<String> problems) {
        try {
            return OnnxStudent.load(settings.directory(Home.directory()), settings);
        } catch (BrokenStudentException broken) {
            problems.addAll(broken.problems());
            return null;
        }
    }
}
