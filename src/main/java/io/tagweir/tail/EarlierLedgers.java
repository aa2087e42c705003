package io.tagweir.tail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/**
 * The schemas in which earlier releases wrote their ledgers: what one of them left open is answered by this one.
 *
 * <p>An entry holds the whole miss, so each change of {@code Miss} or of {@code Pending} makes another. Frozen copies,
 * as those in {@code avro/released/} are; here, because they are read while the application runs.
 */
final class EarlierLedgers {

    /** Releases whose ledgers differ, see {@code avro/released/}. */
    static final int RELEASES = 2;

    private EarlierLedgers() {}

    static Schema[] schemas() {
        return IntStream.rangeClosed(1, RELEASES)
                .mapToObj(EarlierLedgers::schema)
                .toArray(Schema[]::new);
    }

    private static Schema schema(int release) {
        String name = "Pending." + release + ".avsc";
        try (var text = EarlierLedgers.class.getResourceAsStream(name)) {
            if (text == null) {
                throw new IllegalStateException(name + " is not packaged");
            }
            return new Schema.Parser().parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
