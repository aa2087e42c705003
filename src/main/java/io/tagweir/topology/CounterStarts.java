package io.tagweir.topology;

import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.Meters;
import io.tagweir.meter.Meters.Name;
import io.tagweir.roster.StudentLife;
import io.tagweir.snapshot.SnapshotLife;
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
        meters.start(Name.CONTROL_REFUSED, SnapshotLife.Reason.class);
        meters.start(Name.CONTROL_REFUSED, StudentLife.Reason.class);
        meters.start(
                Name.CONTROL_REFUSED,
                Stream.of(
                        "VOCABULARY",
                        RejectedRecordException.Reason.BAD_CATALOG_EVENT.name(),
                        RejectedRecordException.Reason.UNDECODABLE.name()));
    }
}
