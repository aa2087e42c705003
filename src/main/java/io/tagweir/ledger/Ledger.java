package io.tagweir.ledger;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The pending queries of one task: accepted, but without an answer that is known to be in Kafka.
 *
 * <p>Kafka Streams commits the offset of a record once {@code process()} has returned. By then a miss is still with the
 * student, or a query still waits for the head. So it must survive a crash in this store, whose changelog is flushed by
 * the same commit. The life of an entry, on the task's stream thread:
 *
 * <pre>
 *   take ──► answered ──────────► settled (deleted)
 *    ▲         │ exactly_once_v2: at once; answer and deletion are in one transaction
 *    │         │ at_least_once:   after the next commit
 *   defer: accepted, but only on disk until there is room
 * </pre>
 *
 * <p>Why the deletion waits under {@code at_least_once}: answer and deletion go to different partitions, which the
 * producer sends to independently. If both were sent at once, a crash could leave the deletion in Kafka but not the
 * answer, and the query would be lost. A commit flushes the producer, so after it the answer is safe and the entry can
 * be deleted. A crash in between repeats an answer, which this guarantee allows.
 *
 * <p>The key of an entry is the topic, partition and offset of its query. So a query that Kafka redelivers after a
 * crash finds its own entry and is not accepted twice.
 */
public final class Ledger<V> {

    private final KeyValueStore<String, V> store;
    private final CommitWatch commits;
    private final boolean atomic;
    private final Map<String, V> open = new LinkedHashMap<>();
    private final Set<String> deferred = new LinkedHashSet<>();
    private final Set<String> answered = new LinkedHashSet<>();
    private final List<String> durable = new ArrayList<>();
    private long commitsSeen;

    /** @param atomic whether everything a task sends between two commits becomes visible atomically */
    public Ledger(KeyValueStore<String, V> store, CommitWatch commits, boolean atomic) {
        this.store = store;
        this.commits = commits;
        this.atomic = atomic;
        this.commitsSeen = commits.commits();
    }

    /**
     * Passes every entry of the store to {@code resume}, oldest first within its source partition.
     *
     * <p>Under {@code at_least_once} each is written again first: after a crash the local store may have entries that
     * the changelog never got. Their records are redelivered, found by {@link #holds}, and committed. If the local
     * store were lost then, they would be lost, too.
     */
    public void recover(BiConsumer<String, V> resume) {
        try (var all = store.all()) {
            all.forEachRemaining(entry -> open.put(entry.key, entry.value));
        }
        if (!atomic) {
            open.forEach(store::put);
        }
        // A copy, because resuming an entry may defer it.
        new LinkedHashMap<>(open).forEach(resume);
    }

    /** The key of an entry. */
    public static String entry(RecordMetadata source) {
        return source.topic() + '/' + source.partition() + '/' + HexFormat.of().toHexDigits(source.offset());
    }

    /** Whether there is such an entry: it waits for its answer, or for its answer to be in Kafka. */
    public boolean holds(String entry) {
        return open.containsKey(entry) || deferred.contains(entry) || answered.contains(entry);
    }

    /** Adds an entry that the ledger does not have. */
    public void take(String entry, V value) {
        store.put(entry, value);
        open.put(entry, value);
    }

    /** Adds an entry, or keeps one, on disk only. */
    public void defer(String entry, V value) {
        if (open.remove(entry) == null) {
            store.put(entry, value);
        }
        deferred.add(entry);
    }

    /** The entry that was deferred first; null if none is deferred. */
    public @Nullable V firstDeferred() {
        return deferred.isEmpty() ? null : store.get(deferred.iterator().next());
    }

    /** Takes the entry that was deferred first back into memory and returns its key. */
    public String resumeFirstDeferred() {
        String entry = deferred.iterator().next();
        deferred.remove(entry);
        open.put(entry, store.get(entry));
        return entry;
    }

    /** Number of deferred entries. */
    public int deferred() {
        return deferred.size();
    }

    /** Closes an entry whose answer is about to be forwarded; null if it was closed before. */
    public @Nullable V answer(String entry) {
        var value = open.remove(entry);
        if (value != null) {
            if (atomic) {
                store.delete(entry);
            } else {
                answered.add(entry);
            }
        }
        return value;
    }

    /** Number of entries without an answer, deferred ones excluded. */
    public int open() {
        return open.size();
    }

    /** The keys of these entries, in order of arrival. */
    public List<String> entries() {
        return List.copyOf(open.keySet());
    }

    /** The entry without an answer that has this key; null if there is none. */
    public @Nullable V find(String entry) {
        return open.get(entry);
    }

    /** Whether no entry waits to be deleted. */
    public boolean isSettled() {
        return answered.isEmpty() && durable.isEmpty();
    }

    /** Deletes the entries whose answers are known to be in Kafka. */
    public void settle() {
        if (commits.commits() != commitsSeen) {
            commitsSeen = commits.commits();
            durable.addAll(answered);
            answered.clear();
        }
        durable.forEach(store::delete);
        durable.clear();
    }
}
