package io.tagweir.snapshot.publish;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.RowHash;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows that an interrupted publication left on {@code head-tags}. Used by one thread. */
final class LeftoverRows {

    private final HeadTagsTopic topic;
    private final String snapshot;
    private final int partitions;

    LeftoverRows(HeadTagsTopic topic, String snapshot, int partitions) {
        this.topic = topic;
        this.snapshot = snapshot;
        this.partitions = partitions;
    }

    /** Hashes of the valid rows, by key text. */
    Map<String, Long> hashes() {
        var hashes = new HashMap<String, Long>();
        var hash = new RowHash();
        for (int number = 0; number < partitions; number++) {
            int here = number;
            topic.read(number, new HeadTagsTopic.Reader() {
                @Override
                public void row(HeadKey key, @Nullable HeadTags row) {
                    if (key.getSnapshot().equals(snapshot) && isAt(key, here)) {
                        var query = new QueryKey(key.getSegment(), key.getQuery());
                        if (row == null) {
                            hashes.remove(query.text());
                        } else {
                            hashes.put(query.text(), hash.of(query, row));
                        }
                    }
                }

                @Override
                public void undecodable(long offset, String why) {
                    // Belongs to no snapshot.
                }

                @Override
                public void undecodableRow(HeadKey key, long offset, String why) {
                    row(key, null); // It is written again.
                }
            });
        }
        return hashes;
    }

    /** Removes the rows that do not belong to the snapshot; returns their number. */
    long removeUnless(Predicate<String> belongs, RowWriter writer) {
        long removed = 0;
        for (int number = 0; number < partitions; number++) {
            int here = number;
            removed += writer.remove(
                    snapshot,
                    number,
                    key -> !isAt(key, here) || !belongs.test(new QueryKey(key.getSegment(), key.getQuery()).text()),
                    false);
        }
        return removed;
    }

    private boolean isAt(HeadKey key, int partition) {
        return key.getSegment().indexOf('\t') < 0
                && key.getQuery().indexOf('\t') < 0
                && new QueryKey(key.getSegment(), key.getQuery()).partition(partitions) == partition;
    }
}
