package io.tagweir.app.docs;

/** A table in GitHub's Markdown, written row by row. */
final class MarkdownTable {

    private final StringBuilder text = new StringBuilder();
    private final int columns;

    MarkdownTable(String... headings) {
        columns = headings.length;
        row(headings);
        text.append('|').append("---|".repeat(columns)).append('\n');
    }

    /** Cells hold Markdown; a bar or a line break in them is made harmless. */
    MarkdownTable row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + columns);
        }
        text.append('|');
        for (var cell : cells) {
            var line = cell.replace("|", "\\|").replace('\n', ' ');
            text.append(line.isEmpty() ? " |" : ' ' + line + " |");
        }
        text.append('\n');
        return this;
    }

    static String code(String text) {
        return text.isEmpty() ? "" : '`' + text + '`';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
