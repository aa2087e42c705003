package io.tagweir.control;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control records of one kind that this process has read, and the timeline they make. Written by the thread that
 * reads the topic, read by all others.
 */
public class ControlCatalog<T, L extends Timeline<?>> implements RecordTable<T> {

    private static final Logger log = LoggerFactory.getLogger(ControlCatalog.class);

    private final Lifecycle<T, ?> lifecycle;
    private final Function<Collection<T>, L> timelineOf;
    private final Map<String, T> records = new ConcurrentSkipListMap<>();
    private volatile L timeline;
    private volatile long version;
    private volatile boolean logsChanges;
    private volatile Runnable listener = () -> {};

    protected ControlCatalog(Lifecycle<T, ?> lifecycle, Function<Collection<T>, L> timelineOf) {
        this.lifecycle = lifecycle;
        this.timelineOf = timelineOf;
        timeline = timelineOf.apply(List.of());
    }

    @Override
    public final String kind() {
        return lifecycle.kind();
    }

    @Override
    public final String id(T record) {
        return lifecycle.id(record);
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    public final Optional<RuleViolation> put(T record) {
        var known = records.get(id(record));
        var violation = lifecycle.violation(known, record);
        if (violation.isEmpty()) {
            records.put(id(record), record);
            timeline = timelineOf.apply(records.values());
            version++;
            if (logsChanges) {
                lifecycle.changes(known, record).forEach(log::info);
            }
            listener.run();
        }
        return violation;
    }

    /** Does nothing: ids are never reused, and what is quarantined stays so. */
    @Override
    public final void remove(String id) {}

    /** Logs what each record changes from now on: called once the topic has been read to its end. */
    public final void logChanges() {
        logsChanges = true;
    }

    /** Runs the listener after each record, on the thread that put it. */
    public final void listen(Runnable to) {
        listener = to;
    }

    public final L timeline() {
        return timeline;
    }

    /** Rises with every record. */
    public final long version() {
        return version;
    }

    public final Optional<T> find(String id) {
        return Optional.ofNullable(records.get(id));
    }

    /** All records, by id. */
    public final List<T> records() {
        return List.copyOf(records.values());
    }
}
