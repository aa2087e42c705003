package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.tagweir.avro.CachedSpan;
import io.tagweir.avro.CachedTags;
import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Header;
import io.tagweir.avro.Held;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.TeacherRow;
import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@code schemas.md}: the records on the wire, field by field. */
final class SchemasPage {

    private static final List<Schema> CONTRACT = List.of(
            QueryEvent.getClassSchema(),
            TaggedQuery.getClassSchema(),
            Tag.getClassSchema(),
            HeadKey.getClassSchema(),
            HeadTags.getClassSchema(),
            Snapshot.getClassSchema(),
            HeadTally.getClassSchema(),
            CatalogEvent.getClassSchema(),
            HeadRequest.getClassSchema(),
            Vocabulary.getClassSchema(),
            Term.getClassSchema(),
            StudentRelease.getClassSchema(),
            StudentReport.getClassSchema(),
            TeacherRow.getClassSchema(),
            Miss.getClassSchema());

    private static final List<Schema> INTERNAL = List.of(
            Pending.getClassSchema(),
            Held.getClassSchema(),
            Header.getClassSchema(),
            CachedTags.getClassSchema(),
            CachedSpan.getClassSchema());

    private SchemasPage() {}

    static String text() {
        var page = new StringBuilder(Pages.head("Schemas", "the Avro schemas in `avro/`"));
        page.append("""
                Namespace `io.tagweir.avro`. Records go over the wire in Confluent's format (a zero byte, the schema's id \
                in four bytes, the Avro body) under subjects of the `TopicNameStrategy`. Offsets count Unicode code \
                points, ends are exclusive. [topology.md](topology.md) tells which topic holds which record.

                Schemas grow by fields with a default; those of each release are kept in `avro/released/` and a test \
                reads old records with new schemas and new records with old ones. The bytes of one example of each \
                record are pinned in `src/test/resources/io/tagweir/wire/`.

                """);
        var enums = new TreeMap<String, Schema>();
        CONTRACT.forEach(schema -> append(page, "## ", schema, enums));
        page.append("## Enums\n\n");
        var table = new MarkdownTable("Enum", "Symbols", "Read in place of an unknown symbol", "What it says");
        enums.values()
                .forEach(schema -> table.row(
                        code(schema.getName()),
                        schema.getEnumSymbols().stream()
                                .map(MarkdownTable::code)
                                .collect(Collectors.joining(", ")),
                        code(Objects.requireNonNullElse(schema.getEnumDefault(), "")),
                        doc(schema.getDoc())));
        page.append(table).append("\n## Inside the application\n\n");
        page.append("""
                Never in a topic of the contract: these are in Avro's single-object encoding, without the registry.

                """);
        INTERNAL.forEach(schema -> append(page, "### ", schema, new TreeMap<>()));
        return page.toString().stripTrailing() + "\n";
    }

    private static void append(StringBuilder page, String level, Schema schema, Map<String, Schema> enums) {
        page.append(level).append(schema.getName()).append("\n\n");
        if (schema.getDoc() != null) {
            page.append(schema.getDoc()).append("\n\n");
        }
        var table = new MarkdownTable("Field", "Type", "Default", "What it says");
        for (var field : schema.getFields()) {
            collect(field.schema(), enums);
            table.row(code(field.name()), type(field.schema()), code(defaultOf(field)), doc(field.doc()));
        }
        page.append(table).append('\n');
    }

    private static void collect(Schema schema, Map<String, Schema> enums) {
        switch (schema.getType()) {
            case ENUM -> enums.put(schema.getName(), schema);
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, enums));
            case ARRAY -> collect(schema.getElementType(), enums);
            default -> {}
        }
    }

    private static String type(Schema schema) {
        if (schema.getLogicalType() != null) {
            return schema.getLogicalType().getName();
        }
        return switch (schema.getType()) {
            case UNION -> schema.getTypes().stream().map(SchemasPage::type).collect(Collectors.joining(" or "));
            case ARRAY -> "array of " + type(schema.getElementType());
            case ENUM -> "enum " + schema.getName();
            default -> schema.getName();
        };
    }

    private static String defaultOf(Schema.Field field) {
        if (!field.hasDefaultValue()) {
            return "";
        }
        var value = field.defaultVal();
        if (value == JsonProperties.NULL_VALUE) {
            return "null";
        }
        return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
    }

    private static String doc(@Nullable String doc) {
        return doc == null ? "" : doc;
    }
}
