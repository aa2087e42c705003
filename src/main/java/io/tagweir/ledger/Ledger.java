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
 * What one task has taken over and not yet answered for good.
 *
 * <p>Kafka Streams commits a record's offset once {@code process()} has returned. A miss is then still with the
 * student, a query may still wait for the head; so each must survive a crash elsewhere: in this store, whose changelog
 * is flushed by the same commit. The life of an entry, all of it on the task's stream thread:
 *
 * <pre>
 *   take ──► answered ──────────► settled (deleted)
 *    ▲         │ exactly_once_v2: at once; answer and deletion share a transaction
 *    │         │ at_least_once:   after the next commit
 *   park: taken over, but on disk alone until there is room for it
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
public final class Ledger<V> {

    private final KeyValueStore<String, V> store;
    private final CommitWatch commits;
    private final boolean atomic;
    private final Map<String, V> open = new LinkedHashMap<>();
    private final Set<String> parked = new LinkedHashSet<>();
    private final Set<String> answered = new LinkedHashSet<>();
    private final List<String> durable = new ArrayList<>();
    private long commitsSeen;

    /** @param atomic whether what a task sends between two commits becomes visible all together or not at all */
    public Ledger(KeyValueStore<String, V> store, CommitWatch commits, boolean atomic) {
        this.store = store;
        this.commits = commits;
        this.atomic = atomic;
        this.commitsSeen = commits.commits();
    }

    /** Hands every entry a predecessor left behind to {@code resume}, oldest first within its source partition. */
    public void recover(BiConsumer<String, V> resume) {
        try (var all = store.all()) {
            all.forEachRemaining(entry -> {
                open.put(entry.key, entry.value);
                resume.accept(entry.key, entry.value);
            });
        }
    }

    /** Names what was read from there. */
    public static String entry(RecordMetadata source) {
        return source.topic() + '/' + source.partition() + '/' + HexFormat.of().toHexDigits(source.offset());
    }

    /** Whether the entry was taken over before: it waits for its answer, or for its answer to be durable. */
    public boolean holds(String entry) {
        return open.containsKey(entry) || parked.contains(entry) || answered.contains(entry);
    }

    /** Takes something over that the ledger does not hold. */
    public void take(String entry, V value) {
        store.put(entry, value);
        open.put(entry, value);
    }

    /** Takes something over, or keeps on with it, without holding it in memory. */
    public void park(String entry, V value) {
        if (open.remove(entry) == null) {
            store.put(entry, value);
        }
        parked.add(entry);
    }

    /** The entry that was parked first, without taking it out; null: none is parked. */
    public @Nullable V firstParked() {
        return parked.isEmpty() ? null : store.get(parked.iterator().next());
    }

    /** Takes the entry that was parked first back into memory, and returns its name. */
    public String unpark() {
        String entry = parked.iterator().next();
        parked.remove(entry);
        open.put(entry, store.get(entry));
        return entry;
    }

    /** Entries taken over that are parked. */
    public int parked() {
        return parked.size();
    }

    /** Closes an entry whose answer is about to be forwarded; null where it was closed before. */
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

    /** Entries taken over and not yet answered, those that are parked left out. */
    public int open() {
        return open.size();
    }

    /** The same, in the order in which they were taken over. */
    public List<String> entries() {
        return List.copyOf(open.keySet());
    }

    /** What was taken over under this name and is not yet answered; null: nothing. */
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
