package io.tagweir.head;

import io.tagweir.ledger.Ledger;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryAccount;
import io.tagweir.snapshot.life.SnapshotCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Looks queries up in the head table.
 *
 * <p>The event time of a query alone decides which snapshot answers it. If this partition has verified that snapshot,
 * the query is answered from it ({@link HeadAnswers}). If not, the partition is cold and the query is held
 * ({@link ColdHold}). A record in the wrong partition is forwarded to the repartition hop. Owned by the stream thread
 * of its task.
 */
public final class LookUpHead implements Processor<byte[], IncomingQuery, byte[], LookupResult> {

    /** How often held queries are checked. */
    private static final Duration RELEASE_INTERVAL = Duration.ofMillis(20);

    private final HeadTasks tasks;
    private final ChildNodes children;
    private final SnapshotCatalog snapshots;
    private final Supplier<HitEncoder> encoders;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], LookupResult> context;
    private HeadTask task;
    private QueryAccount account;
    private Runnable closeAccount = () -> {};
    private HeadAnswers answers;
    private ColdHold hold;
    private @Nullable Cancellable punctuation;

    /** @param encoders called once, when the task starts: creating one may call the schema registry */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public LookUpHead(
            HeadTasks tasks,
            ChildNodes children,
            SnapshotCatalog snapshots,
            Supplier<HitEncoder> encoders,
            InstantSource clock,
            Meters meters) {
        this.tasks = tasks;
        this.children = children;
        this.snapshots = snapshots;
        this.encoders = encoders;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], LookupResult> context) {
        this.context = context;
        var encoder = encoders.get();
        task = tasks.open(context);
        account = meters.queries().mine();
        if (!children.reroute().isEmpty()) { // Both lookups of a task share the held queries; one counts them.
            closeAccount = account.open(context.taskId().partition(), task.cold()::size);
        }
        var freshness = new Freshness(
                tasks.settings().freshness(), new CatalogChanges(context.getStateStore(ReadCatalogEvents.STORE)));
        answers = new HeadAnswers(context, children, task.table(), freshness, encoder, tasks.quality(), clock, meters);
        hold = new ColdHold(task, tasks, snapshots, answers, clock, meters);
        schedulePunctuation();
    }

    /** Punctuates only while queries are held. Both lookups of a task share them, and either releases them. */
    private void schedulePunctuation() {
        boolean idle = task.cold().isIdle();
        if (punctuation == null && !idle) {
            punctuation = context.schedule(RELEASE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> release());
        } else if (punctuation != null && idle) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    private void release() {
        hold.release();
        account.publish();
        schedulePunctuation();
    }

    @Override
    public void process(Record<byte[], IncomingQuery> record) {
        var query = record.value();
        if (query.key().partition(tasks.partitions()) != context.taskId().partition()) {
            reroute(record);
            return;
        }
        var eventTime = Instant.ofEpochMilli(record.timestamp());
        var snapshot = snapshots.timeline().at(eventTime).orElse(null);
        if (snapshot != null && task.stored().isVerified(snapshot)) {
            answers.answer(record, snapshot, this::entry);
            return;
        }
        String entry = entry();
        if (task.cold().holds(entry)) { // Redelivered after a crash; its ledger entry is answered.
            account.repeated();
            return;
        }
        hold.take(record, entry, eventTime, snapshot);
        schedulePunctuation();
    }

    private void reroute(Record<byte[], IncomingQuery> record) {
        if (children.reroute().isEmpty()) {
            throw new IllegalStateException("a query is in the wrong partition of the repartition topic; has its number"
                    + " of partitions changed?");
        }
        context.forward(record.withValue(new LookupResult.WrongPartition(record.value())), children.reroute());
    }

    /** Key of the record in process as a ledger entry. */
    private String entry() {
        return Ledger.entry(context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a query has no record metadata")));
    }

    @Override
    public void close() {
        closeAccount.run();
        if (task != null) {
            task.cold().settle();
        }
        tasks.close(context.taskId());
    }
}
