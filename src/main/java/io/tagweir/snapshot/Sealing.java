package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.Vocabulary;

/**
 * The seal of a snapshot: first its vocabulary, then the control record, so that a sealed snapshot has one. Used by one
 * thread at a time.
 */
public record Sealing(ControlTopic control, VocabularyTopic vocabularies, VocabularySettings settings) {

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
        return control.change(held -> {
                    var sealed = Transitions.seal(held, made, manifest);
                    // Once it is known that it may be sealed, and before it is: the record follows what this returns.
                    vocabularies.write(vocabulary);
                    return sealed;
                })
                .get(0);
    }
}
