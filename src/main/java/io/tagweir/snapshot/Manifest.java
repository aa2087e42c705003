package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The content of a sealed snapshot: the digest of each partition of {@code head-tags}, in order. Immutable. */
public record Manifest(List<PartitionDigest> partitions) {

    public Manifest {
        partitions = List.copyOf(partitions);
    }

    /** The manifest in a control record; empty before the seal, or if it is not complete. */
    public static Optional<Manifest> of(Snapshot snapshot) {
        var rows = snapshot.getPartitionRows();
        var checksums = snapshot.getPartitionChecksums();
        if (rows.isEmpty() || rows.size() != checksums.size()) {
            return Optional.empty();
        }
        return Optional.of(new Manifest(IntStream.range(0, rows.size())
                .mapToObj(partition -> new PartitionDigest(rows.get(partition), checksums.get(partition)))
                .toList()));
    }

    public long rows() {
        return partitions.stream().mapToLong(PartitionDigest::rows).sum();
    }

    /** Writes this manifest into a control record. */
    public Snapshot.Builder into(Snapshot.Builder snapshot) {
        return snapshot.setRows(rows())
                .setPartitionRows(partitions.stream().map(PartitionDigest::rows).toList())
                .setPartitionChecksums(
                        partitions.stream().map(PartitionDigest::checksum).toList());
    }
}
