package io.tagweir.app.snapshot;

import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.text.InvalidInputException;
import java.io.Closeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A format of the teacher's file. Used by one thread. */
interface TeacherFile extends Closeable {

    /**
     * The next row; null at the end.
     *
     * @throws InvalidInputException where it can't be published; the one after it can still be read
     * @throws RefusedException if nothing more can be read
     */
    @Nullable
    HeadRow read() throws InvalidInputException;

    /** Position of the last row in the file. */
    String place();

    /** Unknown fields so far, one line each; they may be typing errors. */
    List<String> unread();
}
