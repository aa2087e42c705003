package io.tagweir.control;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of a compacted topic into a {@link RecordTable}.
 *
 * <p>Runs on the global stream thread, which passes the whole topic through this processor before any stream thread
 * starts, so no query is processed before the records are known. The global store that Kafka Streams asks for stays
 * empty. Invalid records are ignored, logged and counted.
 */
public final class ReadControlRecords<T> implements Processor<String, T, Void, Void> {

    private static final Logger log = LoggerFactory.getLogger(ReadControlRecords.class);

    private final RecordTable<T> table;
    private final Consumer<String> rejected;

    /** @param rejected given the reason of each {@link RuleViolation} */
    public ReadControlRecords(RecordTable<T> table, Consumer<String> rejected) {
        this.table = table;
        this.rejected = rejected;
    }

    @Override
    public void process(Record<String, T> record) {
        String key = record.key();
        var value = record.value();
        if (value == null) {
            if (key != null) {
                table.remove(key);
            }
            return;
        }
        String id = table.id(value);
        var violation = id.equals(key)
                ? table.put(value)
                : Optional.of(new RuleViolation(
                        RuleViolation.WRONG_KEY, "a record of the " + table.kind() + " " + id + " has the key " + key));
        violation.ifPresent(why -> {
            log.warn("a record is ignored: {}", why.message());
            rejected.accept(why.reason());
        });
    }
}
