package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.ControlTopic;
import io.tagweir.control.Refused;
import java.util.List;

/**
 * The seal of a snapshot: its control record and its vocabulary, in one transaction, so that a sealed snapshot has one.
 * Used by one thread at a time.
 */
public record Sealing(ControlTopic<Snapshot> control, VocabularyTopic vocabularies, VocabularyLimits settings) {

    /** An empty sample of the rows the vocabulary is to be counted from. */
    public RowSample sample() {
        return new RowSample(settings.maxRows());
    }

    /** The vocabulary of the rows in a sample. */
    public Vocabulary vocabulary(String snapshot, RowSample sample) {
        return VocabularyCount.of(snapshot, sample, settings);
    }

    /**
     * Seals a snapshot whose rows Kafka holds.
     *
     * @param made its control record, but for manifest and state
     * @throws Refused where somebody else has dealt with it meanwhile
     */
    public Snapshot seal(Snapshot made, Manifest manifest, Vocabulary vocabulary) {
        return control.change(held -> Transitions.seal(held, made, manifest), List.of(vocabularies.record(vocabulary)))
                .get(0);
    }
}
