package io.tagweir.tail;

import io.tagweir.avro.Pending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The misses of one task that were taken over and not yet answered for good.
 *
 * <p>Kafka Streams commits a record's offset once {@code process()} has returned. A miss is then still with the
 * student, so it must survive a crash elsewhere: in this store, whose changelog is flushed by the same commit. The life
 * of an entry, all of it on the task's stream thread:
 *
 * <pre>
 *   take ──► answered ──────────► settled (deleted)
 *              │ exactly_once_v2: at once; answer and deletion share a transaction
 *              │ at_least_once:   after the next commit
 * </pre>
 *
 * <p>Why the wait under {@code at_least_once}: answer and deletion go to different partitions, and the producer sends
 * these independently. Were both sent at once, a crash could leave the deletion in Kafka and the answer not: a lost
 * query. A commit flushes the producer, so after it the answer is safe and the entry may go. A crash in between repeats
 * an answer, which that guarantee allows.
 *
 * <p>An entry is named by the topic, partition and offset its query came from: a query that Kafka delivers again after
 * a crash meets its own entry and is not taken twice.
 */
final class Ledger {

    static final String STORE = "ledger";

    private final KeyValueStore<String, Pending> store;
    private final CommitWatch commits;
    private final boolean atomic;
    private final Map<String, Pending> open = new HashMap<>();
    private final Set<String> answered = new LinkedHashSet<>();
    private final List<String> durable = new ArrayList<>();
    private long commitsSeen;

    /** @param atomic whether what a task sends between two commits becomes visible all together or not at all */
    Ledger(KeyValueStore<String, Pending> store, CommitWatch commits, boolean atomic) {
        this.store = store;
        this.commits = commits;
        this.atomic = atomic;
        this.commitsSeen = commits.commits();
    }

    /** Hands every entry a predecessor left behind to {@code resume}, oldest first within its source partition. */
    void recover(BiConsumer<String, Pending> resume) {
        try (var all = store.all()) {
            all.forEachRemaining(entry -> {
                open.put(entry.key, entry.value);
                resume.accept(entry.key, entry.value);
            });
        }
    }

    static String entry(RecordMetadata source) {
        return source.topic() + '/' + source.partition() + '/' + HexFormat.of().toHexDigits(source.offset());
    }

    /** Whether the entry was taken over before: it waits for its answer, or for its answer to be durable. */
    boolean holds(String entry) {
        return open.containsKey(entry) || answered.contains(entry);
    }

    /** Takes a miss over that the ledger does not hold. */
    void take(String entry, Pending pending) {
        store.put(entry, pending);
        open.put(entry, pending);
    }

    /** Closes an entry whose answer is about to be forwarded; null where it was closed before. */
    @Nullable
    Pending answer(String entry) {
        var pending = open.remove(entry);
        if (pending != null) {
            if (atomic) {
                store.delete(entry);
            } else {
                answered.add(entry);
            }
        }
        return pending;
    }

    /** Whether no entry waits to be deleted. */
    boolean isSettled() {
        return answered.isEmpty() && durable.isEmpty();
    }

    /** Deletes the entries whose answers are known to be in Kafka. */
    void settle() {
        if (commits.commits() != commitsSeen) {
            commitsSeen = commits.commits();
            durable.addAll(answered);
            answered.clear();
        }
        durable.forEach(store::delete);
        durable.clear();
    }
}
