package io.tagweir.app;

import io.tagweir.text.InvalidInputException;
import io.tagweir.snapshot.HeadRow;
import java.io.Closeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A form in which the teacher's output comes. Read by one thread. */
interface TeacherFile extends Closeable {

    /**
     * The next row; null at the end.
     *
     * @throws InvalidInputException where it can't be published; the one after it can still be read
     * @throws Refusal where nothing more can be read
     */
    @Nullable
    HeadRow read() throws InvalidInputException;

    /** Where the row read last stands. */
    String place();

    /** Fields met so far that are not read, a line each; they may be misspelt. */
    List<String> unread();
}
