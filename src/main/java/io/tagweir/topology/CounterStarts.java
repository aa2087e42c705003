package io.tagweir.topology;

import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.Meters;
import io.tagweir.meter.Meters.Name;
import io.tagweir.roster.StudentLifecycle;
import io.tagweir.snapshot.life.SnapshotLifecycle;
import io.tagweir.tail.Vocabularies;
import java.util.stream.Stream;

/** Registers the counters of the topology at 0, for each value of their tags. */
final class CounterStarts {

    private CounterStarts() {}

    static void of(Meters meters) {
        meters.start(Name.DEAD_LETTERS, RejectedRecordException.Reason.class);
        meters.start(Name.DEAD_LETTERS, Stream.of(WriteFailureHandler.REASON));
        meters.start(Name.HEAD_ROWS, Stream.of("stored", "repeated", "removed", "absent", "retired"));
        meters.start(Name.COLD_RELEASED, Stream.of("PRIMED", "EXPIRED"));
        meters.start(Name.HEAD_REQUESTS, Stream.of("GENUINE", "STALE", "INVALIDATED"));
        meters.start(Name.CONTROL_REFUSED, SnapshotLifecycle.VIOLATIONS.stream());
        meters.start(Name.CONTROL_REFUSED, StudentLifecycle.VIOLATIONS.stream());
        meters.start(
                Name.CONTROL_REFUSED,
                Stream.of(
                        Vocabularies.VIOLATION,
                        RejectedRecordException.Reason.BAD_CATALOG_EVENT.name(),
                        RejectedRecordException.Reason.UNDECODABLE.name()));
    }
}
