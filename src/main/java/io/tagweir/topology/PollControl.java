package io.tagweir.topology;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which partitions the consumer of one stream thread polls. Queries are paused while the head holds as many as
 * it may; rows are paused while it is the {@linkplain FairPolling turn} of queries. Rows that the head must store again
 * are read from the beginning.
 *
 * <p>Kafka Streams pauses partitions, too, while their buffers are full. A partition is polled only if neither side has
 * paused it.
 *
 * @see PausingConsumer
 */
final class PollControl {

    private final Predicate<TopicPartition> isRows;
    private final Predicate<TopicPartition> isFull;
    private final Predicate<TopicPartition> takeRewind;
    private final FairPolling turns;
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();
    private final Set<TopicPartition> pausedHere = new HashSet<>();

    /**
     * @param isRows whether a partition has the teacher's rows
     * @param isFull whether a partition's queries must wait; called before each poll
     * @param takeRewind whether a partition of rows must be read from the beginning; called before each poll
     */
    PollControl(
            Predicate<TopicPartition> isRows,
            Predicate<TopicPartition> isFull,
            Predicate<TopicPartition> takeRewind,
            FairPolling turns) {
        this.isRows = isRows;
        this.isFull = isFull;
        this.takeRewind = takeRewind;
        this.turns = turns;
    }

    /** Kafka Streams pauses these partitions. */
    void paused(Collection<TopicPartition> partitions) {
        pausedByStreams.addAll(partitions);
    }

    /** Kafka Streams resumes these partitions; returns those that may be polled. */
    Set<TopicPartition> resumed(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
        var resumable = new HashSet<>(partitions);
        resumable.removeAll(pausedHere);
        return resumable;
    }

    /** What to do before the next poll of these partitions. */
    PollPlan beforePoll(Set<TopicPartition> assigned, Duration timeout) {
        boolean skipsRows = turns.skipsRows();
        pausedByStreams.retainAll(assigned);
        pausedHere.retainAll(assigned);
        var rewind = new HashSet<TopicPartition>();
        var pause = new HashSet<TopicPartition>();
        var resume = new HashSet<TopicPartition>();
        for (var partition : assigned) {
            if (isRows.test(partition) && takeRewind.test(partition)) {
                rewind.add(partition);
            }
            if (isRows.test(partition) ? skipsRows : isFull.test(partition)) {
                pausedHere.add(partition);
                // Each time: a partition that was revoked and assigned again is no longer paused.
                pause.add(partition);
            } else if (pausedHere.remove(partition) && !pausedByStreams.contains(partition)) {
                resume.add(partition);
            }
        }
        return new PollPlan(rewind, pause, resume, turns.timeout(timeout));
    }

    /** @param partitions those that the last poll returned records of */
    void afterPoll(Set<TopicPartition> partitions) {
        turns.polled(partitions.stream().anyMatch(isRows), partitions.stream().anyMatch(isRows.negate()));
    }

    /** @param rewind partitions to read from the beginning */
    record PollPlan(
            Set<TopicPartition> rewind, Set<TopicPartition> pause, Set<TopicPartition> resume, Duration timeout) {}
}
