package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.ledger.CommitWatch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The head tasks of this process, and what they share: budgets, the rate limit of cold queries, and the quality sample.
 * Thread-safe; each {@link HeadTask} belongs to its stream thread.
 */
public final class HeadTasks {

    /** Store of the rows. */
    public static final String ROWS = "head-tags";

    /** Store of the held queries. */
    public static final String HELD = "held-queries";

    static final String COMMITS = "head-commits";

    private final HeadSettings settings;
    private final int partitions;
    private final boolean atomic;
    private final RateLimiter coldLimiter;
    private final QualitySample quality;
    private final Map<TaskId, HeadTask> open = new ConcurrentHashMap<>();
    private final Set<Integer> toRewind = ConcurrentHashMap.newKeySet();

    /**
     * @param partitions of {@code head-tags}: that many tasks share the budgets equally
     * @param atomic whether the application runs under {@code exactly_once_v2}
     */
    public HeadTasks(HeadSettings settings, int partitions, boolean atomic) {
        this.settings = settings;
        this.partitions = partitions;
        this.atomic = atomic;
        this.coldLimiter = new RateLimiter(settings.cold().studentPerSecond());
        this.quality = new QualitySample(settings.quality());
    }

    /** The stores that each processor of the head uses. */
    public List<StoreBuilder<?>> stores(Serde<Held> held) {
        return List.of(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(ROWS), Serdes.String(), Serdes.ByteArray()),
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(HELD), Serdes.String(), held),
                CommitWatch.builder(COMMITS));
    }

    public static String[] storeNames() {
        return new String[] {ROWS, HELD, COMMITS};
    }

    HeadTask open(ProcessorContext<?, ?> context) {
        return open.computeIfAbsent(context.taskId(), task -> HeadTask.open(context, this));
    }

    void close(TaskId task) {
        open.remove(task);
    }

    /** Requests that the rows of a partition are read from the beginning. */
    void rewind(int partition) {
        toRewind.add(partition);
    }

    /**
     * Whether the rows of a partition are to be read from the beginning; true once per request. Called by the stream
     * thread of the task before it polls.
     */
    public boolean takeRewind(int partition) {
        return !toRewind.isEmpty() && toRewind.remove(partition);
    }

    int partitions() {
        return partitions;
    }

    boolean atomic() {
        return atomic;
    }

    HeadSettings settings() {
        return settings;
    }

    long heapBytesOfTask() {
        return settings.heapBytes() / partitions;
    }

    int maxHeldOfTask() {
        return Math.max(1, settings.cold().maxHeld() / partitions);
    }

    /** Limits the rate at which cold partitions send queries to the student. */
    RateLimiter coldLimiter() {
        return coldLimiter;
    }

    QualitySample quality() {
        return quality;
    }

    /** Open partitions. */
    public int size() {
        return open.size();
    }

    /** Open partitions that have verified a snapshot. */
    public long primed(String snapshot) {
        return open.values().stream()
                .filter(task -> task.stored().isVerified(snapshot))
                .count();
    }

    /** Held queries of all open partitions. */
    public int held() {
        return open.values().stream().mapToInt(task -> task.cold().size()).sum();
    }

    /** Whether a partition holds as many queries as it may, so that its queries must not be read. */
    public boolean isFull(int partition) {
        for (var task : open.entrySet()) {
            if (task.getKey().partition() == partition && task.getValue().cold().isFull()) {
                return true;
            }
        }
        return false;
    }
}
