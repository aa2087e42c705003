package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a control record of a snapshot says that the one before it did not: lines for the log. Pure functions. */
final class SnapshotNews {

    private SnapshotNews() {}

    /** @param known the record before; null: there was none */
    static List<String> of(@Nullable Snapshot known, Snapshot next) {
        var news = new ArrayList<String>();
        String name = "snapshot " + next.getId();
        if (known == null || known.getState() != next.getState()) {
            switch (next.getState()) {
                case SEALED -> news.add(name + " is sealed with " + next.getRows() + " rows");
                case QUARANTINED -> news.add(name + " is quarantined and answers no more: " + next.getReason());
                case RETIRED -> news.add(name + " is retired; its rows are removed");
                default -> {}
            }
        }
        if (next.getState() != SnapshotState.QUARANTINED) {
            var before = known == null ? List.of() : known.getActivations();
            for (var from : next.getActivations()) {
                if (!before.contains(from)) {
                    news.add(name + " answers queries from " + from + " on");
                }
            }
            if (known != null) {
                for (var from : known.getActivations()) {
                    if (!next.getActivations().contains(from)) {
                        news.add(name + " does not answer queries from " + from + " on: that is called off");
                    }
                }
            }
        }
        return news;
    }
}
