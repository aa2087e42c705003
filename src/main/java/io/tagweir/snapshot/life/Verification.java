package io.tagweir.snapshot.life;

import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.control.GroupReports;
import io.tagweir.control.UndecodableRecord;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the applications have stored of a snapshot, compared with its manifest. Immutable.
 *
 * @param applications all that ever reported on a snapshot, by id
 * @param silent running applications that have reported on no snapshot, such as one of an earlier release
 */
public record Verification(String snapshot, Map<String, StoredSnapshot> applications, Set<String> silent) {

    /** One application's head, partition by partition. */
    public record StoredSnapshot(boolean runs, List<PartitionStatus> partitions) {}

    /**
     * One partition of an application's head.
     *
     * @param stored null: it has reported nothing
     * @param expected null: the snapshot is not sealed
     * @param problem why it is not verified, as it reports, or why its report can't be read
     */
    public record PartitionStatus(
            int number,
            @Nullable PartitionDigest stored,
            @Nullable PartitionDigest expected,
            boolean verified,
            @Nullable String problem) {

        @Override
        public String toString() {
            String what = stored == null
                    ? "nothing reported"
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

    /** @param status what all applications report on all snapshots */
    public static Verification of(Snapshot snapshot, GroupReports.GroupStatus<HeadTally> status) {
        var partitions = new TreeMap<String, Map<Integer, PartitionStatus>>();
        var expected = Manifest.of(snapshot).map(Manifest::partitions).orElse(List.of());
        for (var report : status.reports()) {
            var ofOne = partitions.computeIfAbsent(report.getApplication(), id -> new TreeMap<>());
            if (report.getSnapshot().equals(snapshot.getId())) {
                ofOne.put(report.getPartition(), reported(report, expected));
            }
        }
        status.undecodable().forEach(record -> addUndecodable(record, snapshot.getId(), expected, partitions));
        var applications = new TreeMap<String, StoredSnapshot>();
        partitions.forEach((id, ofOne) -> {
            int count =
                    ofOne.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
            applications.put(
                    id,
                    new StoredSnapshot(
                            status.running().containsKey(id),
                            IntStream.range(0, Math.max(expected.size(), count))
                                    .mapToObj(number -> ofOne.getOrDefault(
                                            number,
                                            new PartitionStatus(number, null, at(expected, number), false, null)))
                                    .toList()));
        });
        var silent = new TreeSet<>(status.running().keySet());
        silent.removeAll(partitions.keySet());
        return new Verification(snapshot.getId(), applications, silent);
    }

    private static PartitionStatus reported(HeadTally report, List<PartitionDigest> partitions) {
        var stored = new PartitionDigest(report.getRows(), report.getChecksum());
        var expected = at(partitions, report.getPartition());
        // The report alone is not enough: it may have been verified against another manifest.
        boolean verified = report.getVerified() && Objects.equals(stored, expected);
        return new PartitionStatus(report.getPartition(), stored, expected, verified, report.getProblem());
    }

    /** The key says whose report it is: {@code application/snapshot/partition}. With another key it is nobody's. */
    private static void addUndecodable(
            UndecodableRecord record,
            String snapshot,
            List<PartitionDigest> expected,
            Map<String, Map<Integer, PartitionStatus>> partitions) {
        var key = String.valueOf(record.key()).split("/", -1);
        if (key.length != 3) {
            return;
        }
        var ofOne = partitions.computeIfAbsent(key[0], id -> new TreeMap<>());
        for (int number = 0; number < expected.size(); number++) {
            if (key[1].equals(snapshot) && key[2].equals(Integer.toString(number))) {
                String problem = record + "; restart that application, so that it reports again; --force does not"
                        + " override this";
                ofOne.put(number, new PartitionStatus(number, null, expected.get(number), false, problem));
            }
        }
    }

    private static @Nullable PartitionDigest at(List<PartitionDigest> partitions, int number) {
        return number < partitions.size() ? partitions.get(number) : null;
    }

    public boolean isAnyRunning() {
        return applications.values().stream().anyMatch(StoredSnapshot::runs);
    }

    /** What is not verified on running applications, one problem per line; empty if none runs. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        applications.forEach((id, stored) -> {
            if (stored.runs()) {
                stored.partitions().stream()
                        .filter(partition -> !partition.verified())
                        .forEach(partition -> problems.add(
                                snapshot + " on " + id + ", partition " + partition.number() + ": " + partition));
                if (stored.partitions().isEmpty()) {
                    problems.add(snapshot + " on " + id + ": nothing reported");
                }
            }
        });
        return problems;
    }
}
