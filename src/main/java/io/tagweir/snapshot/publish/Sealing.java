package io.tagweir.snapshot.publish;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.CompactedTopic;
import io.tagweir.control.ControlTopic;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.VocabularyLimits;
import io.tagweir.snapshot.life.SnapshotTransitions;
import java.util.List;

/**
 * Seals snapshots: writes the control record and the vocabulary in one transaction, so every sealed snapshot has one.
 * Used by one thread at a time.
 */
public record Sealing(
        ControlTopic<Snapshot> control, CompactedTopic<Vocabulary> vocabularies, VocabularyLimits limits) {

    /** An empty sample of rows to count the vocabulary from. */
    public RowSample sample() {
        return new RowSample(limits.maxRows());
    }

    /** The vocabulary of the rows in a sample. */
    public Vocabulary vocabulary(String snapshot, RowSample sample) {
        return VocabularyCount.of(snapshot, sample, limits);
    }

    /**
     * Seals a snapshot whose rows Kafka holds.
     *
     * @param made its control record without manifest and state
     * @throws RefusedException if it has been changed meanwhile
     */
    public Snapshot seal(Snapshot made, Manifest manifest, Vocabulary vocabulary) {
        return control.change(
                        records -> SnapshotTransitions.seal(records, made, manifest),
                        List.of(vocabularies.record(vocabulary.getSnapshot(), vocabulary)))
                .get(0);
    }
}
