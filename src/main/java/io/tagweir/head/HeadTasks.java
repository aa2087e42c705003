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
 * The tasks of the head that this process runs, and what they share: budgets, the cap on what goes to the student
 * unprimed, and the queries that the student is measured by. Thread-safe; each {@link HeadTask} belongs to its stream
 * thread.
 */
public final class HeadTasks {

    /** Name of the store of the rows, and so of its changelog. */
    public static final String ROWS = "head-tags";

    /** Name of the store of the queries that wait for a partition to be primed. */
    public static final String HELD = "held-queries";

    static final String COMMITS = "head-commits";

    private final HeadSettings settings;
    private final int partitions;
    private final boolean atomic;
    private final RateCap cap;
    private final QualitySample quality;
    private final Map<TaskId, HeadTask> open = new ConcurrentHashMap<>();
    private final Set<Integer> toRewind = ConcurrentHashMap.newKeySet();

    /**
     * @param partitions of {@code head-tags}: budgets are shared equally by as many tasks
     * @param atomic whether the application runs under {@code exactly_once_v2}
     */
    public HeadTasks(HeadSettings settings, int partitions, boolean atomic) {
        this.settings = settings;
        this.partitions = partitions;
        this.atomic = atomic;
        this.cap = new RateCap(settings.cold().studentPerSecond());
        this.quality = new QualitySample(settings.quality());
    }

    /** The stores each processor of the head is connected to. */
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

    /** Has the rows of a partition read from their beginning. */
    void rewind(int partition) {
        toRewind.add(partition);
    }

    /**
     * Whether the rows of a partition are to be read from their beginning; true once. Asked by the stream thread of the
     * task, before it reads on.
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

    /** Of queries that go to the student from partitions that are not primed. */
    RateCap cap() {
        return cap;
    }

    QualitySample quality() {
        return quality;
    }

    /** Partitions that are open here. */
    public int size() {
        return open.size();
    }

    /** Partitions here that hold a snapshot, verified. */
    public long primed(String snapshot) {
        return open.values().stream()
                .filter(task -> task.tallies().isVerified(snapshot))
                .count();
    }

    /** Queries here that wait for their partition to be primed. */
    public int held() {
        return open.values().stream().mapToInt(task -> task.cold().size()).sum();
    }

    /** Whether a partition holds as many queries as it may, so that no more of them are to be read. */
    public boolean isFull(int partition) {
        for (var task : open.entrySet()) {
            if (task.getKey().partition() == partition && task.getValue().cold().isFull()) {
                return true;
            }
        }
        return false;
    }
}
