package io.tagweir.snapshot;

import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the applications have stored of a snapshot, against what it has to hold. Immutable.
 *
 * @param applications all that have ever told of any snapshot, by their id, and whether they run
 * @param silent applications that run and have told of no snapshot at all, as one of an earlier release does
 */
public record Verification(String snapshot, Map<String, Stored> applications, Set<String> silent) {

    /** One application's head, partition by partition, in order. */
    public record Stored(boolean runs, List<Partition> partitions) {

        public boolean isVerified() {
            return partitions.stream().allMatch(Partition::verified);
        }
    }

    /**
     * One partition of an application's head.
     *
     * @param stored null: it has told nothing
     * @param expected null: the snapshot is not sealed
     * @param problem why it is not verified, in its own words
     */
    public record Partition(
            int number,
            @Nullable Tally stored,
            @Nullable Tally expected,
            boolean verified,
            @Nullable String problem) {

        @Override
        public String toString() {
            String what = stored == null
                    ? "nothing told"
                    : stored.rows() + (expected == null ? "" : "/" + expected.rows()) + " rows, checksum "
                            + Long.toHexString(stored.checksum());
            String judged = verified
                    ? "verified"
                    : stored == null || expected == null || stored.equals(expected)
                            ? "not verified"
                            : "not verified, expected " + Long.toHexString(expected.checksum());
            return what + ", " + judged + (problem == null ? "" : ": " + problem);
        }
    }

    /**
     * @param tallies what all applications say of all snapshots
     * @param running applications that run
     */
    public static Verification of(Snapshot snapshot, Collection<HeadTally> tallies, Set<String> running) {
        var manifest = Manifest.of(snapshot);
        var told = new TreeMap<String, Map<Integer, HeadTally>>();
        for (var tally : tallies) {
            var ofOne = told.computeIfAbsent(tally.getApplication(), id -> new TreeMap<>());
            if (tally.getSnapshot().equals(snapshot.getId())) {
                ofOne.put(tally.getPartition(), tally);
            }
        }
        var expected = manifest.map(Manifest::partitions).orElse(List.of());
        var applications = new TreeMap<String, Stored>();
        told.forEach((id, ofOne) -> {
            int seen =
                    ofOne.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
            var partitions = IntStream.range(0, Math.max(expected.size(), seen))
                    .mapToObj(number -> partition(
                            number, ofOne.get(number), number < expected.size() ? expected.get(number) : null))
                    .toList();
            applications.put(id, new Stored(running.contains(id), partitions));
        });
        var silent = new TreeSet<>(running);
        silent.removeAll(told.keySet());
        return new Verification(snapshot.getId(), applications, silent);
    }

    private static Partition partition(int number, @Nullable HeadTally told, @Nullable Tally expected) {
        if (told == null) {
            return new Partition(number, null, expected, false, null);
        }
        var stored = new Tally(told.getRows(), told.getChecksum());
        // Its own word is not enough: a mark that was made for another manifest must not count.
        boolean verified = told.getVerified() && Objects.equals(stored, expected);
        return new Partition(number, stored, expected, verified, told.getProblem());
    }

    public boolean isAnyRunning() {
        return applications.values().stream().anyMatch(Stored::runs);
    }

    /** What is not verified on the applications that run, a line each; empty: all is, or none of them runs. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        applications.forEach((id, stored) -> {
            if (stored.runs()) {
                stored.partitions().stream()
                        .filter(partition -> !partition.verified())
                        .forEach(partition -> problems.add(
                                snapshot + " on " + id + ", partition " + partition.number() + ": " + partition));
                if (stored.partitions().isEmpty()) {
                    problems.add(snapshot + " on " + id + ": nothing told");
                }
            }
        });
        return problems;
    }
}
