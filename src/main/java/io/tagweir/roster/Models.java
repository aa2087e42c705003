package io.tagweir.roster;

import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * How the students of this process are loaded and warmed: by the settings of its own student, all but the directory.
 *
 * @param settings device, thresholds and threads
 * @param maxQueries most queries in one run
 * @param maxTokens most word pieces in one run
 * @param buckets upper bounds of the length buckets, in word pieces
 */
public record Models(StudentSettings settings, int maxQueries, int maxTokens, List<Integer> buckets) {

    /** Pieces that a model adds to the words. */
    private static final int OWN_PIECES = 2;

    public Models {
        buckets = List.copyOf(buckets);
    }

    /**
     * The student in a directory, once it has run alone and in the fullest batch of each length.
     *
     * @throws io.tagweir.student.BrokenStudentException with every problem found, where it can't serve
     * @throws io.tagweir.student.StudentException where it does not run
     */
    public OnnxStudent load(Path directory) {
        var student = OnnxStudent.load(directory, settings);
        try {
            warm(student);
            return student;
        } catch (RuntimeException failed) {
            student.close();
            throw failed;
        }
    }

    /** Runs a student alone and in the fullest batch of each length, so that no query pays for a first run. */
    public void warm(OnnxStudent student) {
        for (int pieces : buckets) {
            int words = Math.max(1, pieces - OWN_PIECES);
            student.warmUp(1, words);
            student.warmUp(Math.max(1, Math.min(maxQueries, maxTokens / Math.max(1, pieces))), words);
        }
    }
}
