package io.tagweir.app;

import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.HeadRow.BadRow;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A form in which the teacher's output comes. Read by one thread. */
interface TeacherFile extends Closeable {

    /**
     * The next row; null at the end.
     *
     * @throws BadRow where it can't be published; the one after it can still be read
     * @throws Refusal where nothing more can be read
     */
    @Nullable
    HeadRow read() throws IOException, BadRow;

    /** Where the row read last stands. */
    String place();
}
