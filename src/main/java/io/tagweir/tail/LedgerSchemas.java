package io.tagweir.tail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/**
 * The schemas of earlier releases' ledgers, so that this release answers the misses they left pending.
 *
 * <p>An entry holds the whole miss, so each change of {@code Miss} or {@code Pending} adds a schema. Like those in
 * {@code avro/released/} they are frozen copies; they are packaged because they are read at run time.
 */
final class LedgerSchemas {

    /** Number of schemas, see {@code avro/released/}. */
    static final int RELEASES = 2;

    private LedgerSchemas() {}

    static Schema[] schemas() {
        return IntStream.rangeClosed(1, RELEASES)
                .mapToObj(LedgerSchemas::schema)
                .toArray(Schema[]::new);
    }

    private static Schema schema(int release) {
        String name = "Pending." + release + ".avsc";
        try (var text = LedgerSchemas.class.getResourceAsStream(name)) {
            if (text == null) {
                throw new IllegalStateException(name + " is not packaged");
            }
            return new Schema.Parser().parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
