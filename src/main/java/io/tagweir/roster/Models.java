package io.tagweir.roster;

import io.tagweir.student.BatchShape;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * How the students of this process are loaded: by the settings of its own student, all but the directory.
 *
 * @param shapes they are warmed in
 */
public record Models(StudentSettings settings, List<BatchShape> shapes) {

    public Models {
        shapes = List.copyOf(shapes);
    }

    /**
     * The student in a directory, once it has run in every shape.
     *
     * @throws io.tagweir.student.BrokenStudentException with every problem found, where it can't serve
     * @throws io.tagweir.student.StudentException where it does not run
     */
    public OnnxStudent load(Path directory) {
        var student = OnnxStudent.load(directory, settings);
        try {
            student.warmUp(shapes);
            return student;
        } catch (RuntimeException failed) {
            student.close();
            throw failed;
        }
    }
}
