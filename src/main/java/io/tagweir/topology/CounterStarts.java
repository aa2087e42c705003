package io.tagweir.topology;

import io.tagweir.head.Rejected;
import io.tagweir.meter.Meters;
import io.tagweir.meter.Meters.Name;
import io.tagweir.roster.StudentLifecycle;
import io.tagweir.snapshot.SnapshotLifecycle;
import io.tagweir.tail.Vocabularies;
import java.util.stream.Stream;

/** Where the counters of what the topology reads begin: at 0, for each value of their tags. */
final class CounterStarts {

    private CounterStarts() {}

    static void of(Meters meters) {
        meters.start(Name.DEAD_LETTERS, Rejected.Reason.class);
        meters.start(Name.DEAD_LETTERS, Stream.of(RefusedWrites.REASON));
        meters.start(Name.HEAD_ROWS, Stream.of("stored", "repeated", "removed", "absent", "retired"));
        meters.start(Name.COLD_RELEASED, Stream.of("PRIMED", "EXPIRED"));
        meters.start(Name.HEAD_REQUESTS, Stream.of("GENUINE", "STALE", "INVALIDATED"));
        meters.start(Name.CONTROL_REFUSED, SnapshotLifecycle.VIOLATIONS.stream());
        meters.start(Name.CONTROL_REFUSED, StudentLifecycle.VIOLATIONS.stream());
        meters.start(
                Name.CONTROL_REFUSED,
                Stream.of(Vocabularies.VIOLATION, Rejected.Reason.BAD_CATALOG_EVENT.name(), Rejected.Reason.UNDECODABLE.name()));
    }
}
