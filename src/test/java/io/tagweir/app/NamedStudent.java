package io.tagweir.app;

import io.tagweir.tag.Span;
import io.tagweir.testing.TextStudent;
import java.nio.file.Path;
import java.util.List;

/** A student that tags every query as one span, labelled with its own id. */
public final class NamedStudent extends TextStudent {

    private final String id;

    public NamedStudent(String id) {
        this.id = id;
    }

    /** The student named like a directory, which need not exist. */
    static NamedStudent in(Path directory) {
        return new NamedStudent(String.valueOf(directory.getFileName()));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    protected List<List<Span>> answer(List<String> queries) {
        return queries.stream()
                .map(query -> List.of(new Span(id, 0, query.codePointCount(0, query.length()), 1)))
                .toList();
    }
}
