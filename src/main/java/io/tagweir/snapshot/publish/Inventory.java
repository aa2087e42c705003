package io.tagweir.snapshot.publish;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowAvro;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.RowRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code head-tags} holds of one snapshot, counted as tasks count it. Immutable.
 *
 * @param problems what is wrong with the first invalid rows
 * @param bad number of invalid rows
 * @param strays records of the topic whose key can't be decoded
 */
public record Inventory(Manifest manifest, List<String> problems, long bad, long strays) {

    private static final int MOST_REPORTED = 20;

    public Inventory {
        problems = List.copyOf(problems);
    }

    /**
     * Reads the whole topic.
     *
     * @param sample given every valid row
     */
    public static Inventory of(HeadTagsTopic topic, String snapshot, RowRules rules, RowSample sample) {
        var digests = new ArrayList<PartitionDigest>();
        var problems = new ArrayList<String>();
        long bad = 0;
        long strays = 0;
        for (int number = 0; number < rules.partitions(); number++) {
            var partition = new PartitionInventory(snapshot, number, rules, sample);
            topic.read(number, partition);
            digests.add(partition.digest);
            for (var problem : partition.problems.values()) {
                if (problems.size() < MOST_REPORTED) {
                    problems.add(problem);
                }
            }
            bad += partition.problems.size();
            strays += partition.strays;
        }
        return new Inventory(new Manifest(digests), problems, bad, strays);
    }

    /** One partition as it is read; the last record of each key counts. */
    private static final class PartitionInventory implements HeadTagsTopic.Reader {

        private final String snapshot;
        private final int number;
        private final RowRules rules;
        private final RowSample sample;
        private final RowHash hash = new RowHash();
        private final Map<String, Long> rows = new HashMap<>();
        private final Map<String, String> problems = new TreeMap<>();
        private PartitionDigest digest = PartitionDigest.EMPTY;
        private long strays;

        PartitionInventory(String snapshot, int number, RowRules rules, RowSample sample) {
            this.snapshot = snapshot;
            this.number = number;
            this.rules = rules;
            this.sample = sample;
        }

        @Override
        public void row(HeadKey key, @Nullable HeadTags row) {
            if (!key.getSnapshot().equals(snapshot)) {
                return;
            }
            String name = name(key);
            if (row == null) {
                problems.remove(name);
                forget(name);
                return;
            }
            var breach = rules.ofKey(key, number)
                    .or(() -> rules.ofRow(key.getQuery(), row))
                    .or(() -> rules.ofSize(RowAvro.of(row).bytes().length));
            if (breach.isPresent()) {
                addProblem(key, breach.get().message());
                return;
            }
            problems.remove(name);
            forget(name);
            var query = new QueryKey(key.getSegment(), key.getQuery());
            long hashed = hash.of(query, row);
            rows.put(name, hashed);
            digest = digest.with(hashed);
            sample.put(hashed, key.getQuery(), row.getTags());
        }

        private void forget(String name) {
            Long before = rows.remove(name);
            if (before != null) {
                digest = digest.without(before);
                sample.remove(before);
            }
        }

        @Override
        public void undecodable(long offset, String why) {
            strays++;
        }

        @Override
        public void undecodableRow(HeadKey key, long offset, String why) {
            if (key.getSnapshot().equals(snapshot)) {
                addProblem(key, why);
            }
        }

        private void addProblem(HeadKey key, String why) {
            String segment = key.getSegment().isEmpty() ? "" : " of segment " + key.getSegment();
            problems.put(name(key), "partition " + number + ", query '" + key.getQuery() + "'" + segment + ": " + why);
        }

        private static String name(HeadKey key) {
            return key.getSegment() + '\t' + key.getQuery();
        }
    }
}
