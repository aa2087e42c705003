package io.tagweir.tail;

import io.tagweir.avro.Vocabulary;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.Meters;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the vocabularies of all snapshots into {@link Vocabularies}.
 *
 * <p>Runs on the global stream thread, which reads the whole topic through this processor before any stream thread
 * starts. The global store that Kafka Streams asks for stays empty. A vocabulary that can't be used is left out, logged
 * and counted; one it was to replace stays.
 */
public final class ReadVocabulary implements Processor<String, Vocabulary, Void, Void> {

    /** Name of the (empty) global store. */
    public static final String STORE = "vocabularies";

    private static final Logger log = LoggerFactory.getLogger(ReadVocabulary.class);

    private final Vocabularies vocabularies;
    private final Meters meters;

    public ReadVocabulary(Vocabularies vocabularies, Meters meters) {
        this.vocabularies = vocabularies;
        this.meters = meters;
    }

    @Override
    public void process(Record<String, Vocabulary> record) {
        var snapshot = record.key();
        var vocabulary = record.value();
        if (snapshot == null) {
            leaveOut("it has no key");
        } else if (vocabulary == null) {
            vocabularies.remove(snapshot);
        } else if (!vocabulary.getSnapshot().equals(snapshot)) {
            leaveOut("that of " + vocabulary.getSnapshot() + " has the key " + snapshot);
        } else {
            take(vocabulary);
        }
    }

    private void take(Vocabulary vocabulary) {
        try {
            vocabularies.put(vocabulary);
        } catch (IllegalArgumentException e) {
            leaveOut("in that of " + vocabulary.getSnapshot() + " " + e.getMessage());
        }
    }

    private void leaveOut(String why) {
        log.warn("a vocabulary is left out: {}", why);
        meters.controlRefused(ControlRefusal.VOCABULARY);
    }
}
