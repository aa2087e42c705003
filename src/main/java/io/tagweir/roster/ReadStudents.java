package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control records of all students into the {@link StudentCatalog}.
 *
 * <p>Runs on the global stream thread, which reads the whole topic through this processor before any stream thread
 * starts. So no query is tagged before the control history is known. The catalog is the state; the global store that
 * Kafka Streams asks for stays empty. What changes after the start is logged, a line for each change.
 */
public final class ReadStudents implements Processor<String, StudentRelease, Void, Void> {

    /** Name of the (empty) global store. */
    public static final String STORE = "students";

    private static final Logger log = LoggerFactory.getLogger(ReadStudents.class);

    private final StudentCatalog catalog;
    private final Consumer<String> refused;

    /** @param refused told the {@link StudentLife.Reason} of each control record that is left out */
    public ReadStudents(StudentCatalog catalog, Consumer<String> refused) {
        this.catalog = catalog;
        this.refused = refused;
    }

    @Override
    public void process(Record<String, StudentRelease> control) {
        var release = control.value();
        if (release == null) {
            return; // A life is not forgotten by a tombstone: what is quarantined stays so.
        }
        var known = catalog.find(release.getId()).orElse(null);
        var refusal = release.getId().equals(control.key())
                ? catalog.put(release)
                : Optional.of(new StudentLife.Refusal(
                        StudentLife.Reason.WRONG_KEY,
                        "a control record of " + release.getId() + " has the key " + control.key()));
        refusal.ifPresent(why -> {
            log.warn("a control record is left out: {}", why.message());
            refused.accept(why.reason().name());
        });
        if (refusal.isEmpty() && catalog.isWhole()) {
            StudentNews.of(known, release).forEach(log::info);
        }
    }
}
