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

    /** Loads the student and warms it up in all shapes; null if it is broken, with the reasons in {@code problems}. */
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

    /** Loads the student; null if it is broken, with the reasons in {@code problems}. */
    public static @Nullable OnnxStudent load(StudentSettings settings, List<String> problems) {
        try {
            return OnnxStudent.load(settings.directory(Home.directory()), settings);
        } catch (BrokenStudentException broken) {
            problems.addAll(broken.problems());
            return null;
        }
    }
}
