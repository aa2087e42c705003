package io.tagweir.snapshot.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.query.HeldOut;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.PartitionRows;
import io.tagweir.snapshot.RowHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sealed snapshot as a training set to a directory: {@value #TRAIN} and {@value #HELD_OUT} with one JSON
 * object per row, ordered by key text, and then {@value #MANIFEST}, whose presence shows that the others are complete.
 * Used by one thread.
 *
 * <p>Every partition is read twice: first for its digest, which must equal the sealed one, then for the rows. So a row
 * that was written twice is exported once, and a removed row is not exported.
 */
public final class TrainingSet {

    public static final String TRAIN = "train.jsonl";
    public static final String HELD_OUT = "heldout.jsonl";
    public static final String MANIFEST = "manifest.json";

    private static final String WORK = "unfinished";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The rows on the topic are not those that were sealed; the message says where. */
    public static final class IncompleteSnapshotException extends Exception {

        private static final long serialVersionUID = 1L;

        IncompleteSnapshotException(String message) {
            super(message);
        }
    }

    private final HeadTagsTopic topic;
    private final Snapshot snapshot;
    private final HeldOut heldOut;

    public TrainingSet(HeadTagsTopic topic, Snapshot snapshot, HeldOut heldOut) {
        this.topic = topic;
        this.snapshot = snapshot;
        this.heldOut = heldOut;
    }

    /**
     * Writes the files.
     *
     * @param dir an empty directory; it has no manifest if this fails
     * @return the manifest
     */
    public ObjectNode write(Path dir) throws IOException, IncompleteSnapshotException {
        var manifest = Manifest.of(snapshot)
                .orElseThrow(
                        () -> new IncompleteSnapshotException("the snapshot " + snapshot.getId() + " has no manifest"));
        var work = Files.createDirectory(dir.resolve(WORK));
        var runs = Files.createDirectory(work.resolve("runs"));
        try {
            var rows = new SortedRuns(runs, SortedRuns.RUN);
            collect(manifest, rows);
            var json = split(rows, work);
            Files.writeString(work.resolve(MANIFEST), JSON.writeValueAsString(json) + "\n");
            for (String name : List.of(TRAIN, HELD_OUT, MANIFEST)) {
                Files.move(work.resolve(name), dir.resolve(name));
            }
            return json;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            deleteFiles(runs);
            Files.delete(runs);
            deleteFiles(work);
            Files.delete(work);
        }
    }

    private void collect(Manifest manifest, SortedRuns rows) throws IncompleteSnapshotException {
        int partitions = topic.partitions();
        if (partitions != manifest.partitions().size()) {
            throw new IncompleteSnapshotException(
                    "the topic has " + partitions + " partitions, the snapshot " + snapshot.getId()
                            + " was sealed over " + manifest.partitions().size());
        }
        for (int partition = 0; partition < partitions; partition++) {
            var found = new PartitionRows(snapshot.getId(), partition, partitions);
            topic.read(partition, new RowReader() {
                @Override
                public void row(HeadKey key, @Nullable HeadTags row) {
                    found.take(key, row);
                }
            });
            same(partition, found.digest(), manifest.partitions().get(partition));
            var claimed = new ClaimingReader(found, rows);
            topic.read(partition, claimed);
            same(partition, claimed.digest, found.digest());
        }
    }

    private void same(int partition, PartitionDigest found, PartitionDigest sealed) throws IncompleteSnapshotException {
        if (!found.equals(sealed)) {
            throw new IncompleteSnapshotException(
                    "partition " + partition + " of the topic does not hold the sealed rows of the snapshot "
                            + snapshot.getId() + ": found " + found + ", sealed " + sealed);
        }
    }

    private ObjectNode split(SortedRuns rows, Path work) throws IOException {
        var train = new TrainingFile(work, TRAIN);
        var kept = new TrainingFile(work, HELD_OUT);
        try (train;
                kept) {
            rows.merge(row -> (heldOut.contains(row.key().canonical()) ? kept : train).add(row));
        }
        var json = JSON.createObjectNode()
                .put("snapshot", snapshot.getId())
                .put("rows", snapshot.getRows())
                .put("created_at", snapshot.getCreatedAt().toString())
                .put("source", snapshot.getSource())
                .put("teacher", snapshot.getTeacher())
                .put("prompt", snapshot.getPrompt())
                .put("normaliser", snapshot.getNormaliser())
                .put("taxonomy", snapshot.getTaxonomy());
        train.describe(json.putObject("train"));
        kept.describe(json.putObject("held_out"));
        json.putObject("split").put("share", heldOut.share()).put("formula", HeldOut.FORMULA);
        var partitions = json.putArray("partitions");
        Manifest.of(snapshot)
                .map(Manifest::partitions)
                .orElse(List.of())
                .forEach(digest -> partitions
                        .addObject()
                        .put("rows", digest.rows())
                        .put("checksum", Long.toHexString(digest.checksum())));
        return json;
    }

    private static void deleteFiles(Path dir) throws IOException {
        var files = new ArrayList<Path>();
        try (var listed = Files.newDirectoryStream(dir)) {
            listed.forEach(files::add);
        }
        for (var file : files) {
            Files.delete(file);
        }
    }

    /** Ignores records that can't be decoded: the digest shows whether a row is missing. */
    private abstract static class RowReader implements HeadTagsTopic.Reader {

        @Override
        public void undecodable(long offset, String why) {}
    }

    /** Exports the last row of each key. */
    private static final class ClaimingReader extends RowReader {

        private final PartitionRows found;
        private final SortedRuns rows;
        private final RowHash hash = new RowHash();
        private PartitionDigest digest = PartitionDigest.EMPTY;

        ClaimingReader(PartitionRows found, SortedRuns rows) {
            this.found = found;
            this.rows = rows;
        }

        @Override
        public void row(HeadKey record, @Nullable HeadTags row) {
            if (row == null || !found.claim(record, row)) {
                return;
            }
            var key = new QueryKey(record.getSegment(), record.getQuery());
            digest = digest.with(hash.of(key, row));
            try {
                rows.add(TrainingRow.of(key, row));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
