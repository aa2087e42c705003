package io.tagweir.topology;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of one stream thread, which at each reading leaves out partitions that are to wait: of queries, where
 * the head holds as many as it may; of rows, where it is the queries' {@linkplain RowTurns turn}. It goes back to the
 * beginning of rows that the head has to store again.
 *
 * <p>Kafka Streams pauses partitions itself, while their buffers are full. A partition is read only while neither side
 * wants it paused.
 */
final class PausingConsumer implements InvocationHandler {

    private final Consumer<byte[], byte[]> consumer;
    private final Predicate<TopicPartition> isRows;
    private final Predicate<TopicPartition> isFull;
    private final Predicate<TopicPartition> rewinds;
    private final RowTurns turns;

    /** What Kafka Streams has paused, and what this class has. */
    private final Set<TopicPartition> theirs = new HashSet<>();

    private final Set<TopicPartition> ours = new HashSet<>();

    private PausingConsumer(
            Consumer<byte[], byte[]> consumer,
            Predicate<TopicPartition> isRows,
            Predicate<TopicPartition> isFull,
            Predicate<TopicPartition> rewinds,
            RowTurns turns) {
        this.consumer = consumer;
        this.isRows = isRows;
        this.isFull = isFull;
        this.rewinds = rewinds;
        this.turns = turns;
    }

    /**
     * @param isRows whether a partition holds the teacher's rows
     * @param isFull whether a partition's queries are to wait; asked before each reading
     * @param rewinds whether a partition of rows is to be read from its beginning; asked before each reading
     */
    @SuppressWarnings("unchecked")
    static Consumer<byte[], byte[]> of(
            Consumer<byte[], byte[]> consumer,
            Predicate<TopicPartition> isRows,
            Predicate<TopicPartition> isFull,
            Predicate<TopicPartition> rewinds,
            RowTurns turns) {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                PausingConsumer.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                new PausingConsumer(consumer, isRows, isFull, rewinds, turns));
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && arguments.length == 1) {
            switch (method.getName()) {
                case "pause" -> theirs.addAll((Collection<TopicPartition>) arguments[0]);
                case "resume" -> {
                    theirs.removeAll((Collection<TopicPartition>) arguments[0]);
                    var wanted = new HashSet<>((Collection<TopicPartition>) arguments[0]);
                    wanted.removeAll(ours);
                    consumer.resume(wanted);
                    return null;
                }
                case "poll" -> {
                    return poll((Duration) arguments[0]);
                }
                default -> {}
            }
        }
        try {
            return method.invoke(consumer, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        pauseAndResume(turns.rowsWait());
        var records = consumer.poll(turns.mayWait(timeout));
        var partitions = records.partitions();
        turns.read(partitions.stream().anyMatch(isRows), partitions.stream().anyMatch(isRows.negate()));
        return records;
    }

    private void pauseAndResume(boolean rowsWait) {
        var assigned = consumer.assignment();
        theirs.retainAll(assigned);
        ours.retainAll(assigned);
        for (var partition : assigned) {
            if (isRows.test(partition) && rewinds.test(partition)) {
                consumer.seekToBeginning(Set.of(partition));
            }
            if (isRows.test(partition) ? rowsWait : isFull.test(partition)) {
                ours.add(partition);
                // Again and again: a partition that was taken away and came back is not paused any more.
                consumer.pause(Set.of(partition));
            } else if (ours.remove(partition) && !theirs.contains(partition)) {
                consumer.resume(Set.of(partition));
            }
        }
    }
}
