package io.tagweir.roster;

import io.tagweir.student.BatchShape;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads the students of this process, with the settings of its own student except the directory.
 *
 * @param shapes the input shapes they are warmed with
 */
public record Models(StudentSettings settings, List<BatchShape> shapes) {

    public Models {
        shapes = List.copyOf(shapes);
    }

    /**
     * Loads the student in a directory and runs it in every shape.
     *
     * @throws io.tagweir.student.BrokenStudentException with every problem found, if it can't be used
     * @throws io.tagweir.student.StudentException if it does not run
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
