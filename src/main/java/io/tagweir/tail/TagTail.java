package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.KeptHeaders;
import io.tagweir.ledger.Ledger;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryAccount;
import io.tagweir.wire.SingleObjectSerde;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Takes misses over, has the student tag them, and answers each exactly once.
 *
 * <pre>
 *   miss ─► cache ──hit──────────────────────────────────────────► CACHE
 *             └─► time is up ────────────────────────────────────► FALLBACK
 *             └─► no room, or the deadline can't be met ─────────► SHED   (BACKGROUND may be deferred instead)
 *             └─► ledger ─► flight ─► student ───────────────────► STUDENT
 *                              ├─► unsure, time left ─► larger ──► STUDENT
 *                              ├─► the student failed ───────────► FALLBACK
 *                              └─► deadline ─► the best so far ──► STUDENT, else FALLBACK
 *   what the head has answered ─► {@link Shadows} ───────────────► no answer
 * </pre>
 *
 * <p>{@link #process} never waits for the student. Finished answers are collected on every record and on a wall-clock
 * punctuation, forwarded, and their entries settled. What was open when the task last stopped, here or on another
 * instance, is handed to the student again in {@link #init}. Owned by the stream thread of its task.
 */
public final class TagTail<K> implements Processor<K, Miss, byte[], TaggedQuery> {

    /** Name of the store of the ledger. */
    static final String LEDGER = "ledger";

    /** Name of the store of the cache's lower tier. */
    static final String CACHE = "tail-cache";

    static final String COMMITS = "commit-watch";

    private final Supplier<Tail> tails;
    private final boolean atomic;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], TaggedQuery> context;
    private Tail tail;
    private Ledger<Pending> ledger;
    private QueryAccount account;
    private Runnable closeLedger = () -> {};
    private Intake intake;
    private Landing landing;
    private Shadows shadows;
    private @Nullable Cancellable punctuation;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private TagTail(Supplier<Tail> tails, boolean atomic, InstantSource clock, Meters meters) {
        this.tails = tails;
        this.atomic = atomic;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Makes one processor for each task, with its stores.
     *
     * @param tail asked once a task starts, not while the topology is being described
     * @param atomic whether the application runs under {@code exactly_once_v2}
     */
    public static <K> ProcessorSupplier<K, Miss, byte[], TaggedQuery> supplier(
            Supplier<Tail> tail, boolean atomic, InstantSource clock, Meters meters) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<K, Miss, byte[], TaggedQuery> get() {
                return new TagTail<>(tail, atomic, clock, meters);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var ledger = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(LEDGER),
                        Serdes.String(),
                        new SingleObjectSerde<Pending>(Pending.getClassSchema(), EarlierLedgers.schemas()));
                var cache = Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(CACHE), Serdes.String(), TailCache.entries())
                        .withLoggingDisabled();
                return Set.of(ledger, cache, CommitWatch.builder(COMMITS));
            }
        };
    }

    @Override
    public void init(ProcessorContext<byte[], TaggedQuery> context) {
        this.context = context;
        tail = tails.get();
        ledger = new Ledger<>(context.getStateStore(LEDGER), context.getStateStore(COMMITS), atomic);
        var cache = new TailCache(context.getStateStore(CACHE), tail.settings().cache(), tail.tasks());
        var inbox = tail.student().open();
        var largerStudent = tail.cascade().larger();
        var larger = largerStudent == null ? null : largerStudent.open();
        var flights = new Flights(inbox);
        var answers = new Answers(context, tail::byRule, clock, meters);
        intake = new Intake(tail, ledger, cache, flights, answers, clock);
        landing = new Landing(tail, ledger, cache, flights, answers, intake, inbox, larger, clock);
        shadows = new Shadows(tail);
        ledger.recover(intake::resume);
        account = meters.queries().mine();
        closeLedger = account.open(context.taskId().partition(), () -> ledger.open() + ledger.parked());
        watch();
    }

    /**
     * Punctuates while anything is pending, and only then: each punctuation makes Kafka Streams process fewer records
     * before it looks up again, which a stream of hits would pay for nothing.
     */
    private void watch() {
        boolean idle = landing.isIdle() && shadows.isIdle() && ledger.isSettled() && ledger.parked() == 0;
        if (punctuation == null && !idle) {
            punctuation = context.schedule(
                    tail.settings().drainInterval(), PunctuationType.WALL_CLOCK_TIME, now -> punctuate());
        } else if (punctuation != null && idle) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    @Override
    public void process(Record<K, Miss> record) {
        collect();
        if (record.value().getTeacherTags() != null) {
            shadows.take(record.value());
            watch();
            return;
        }
        String entry = entry(record.value());
        if (ledger.holds(entry)) { // Delivered again after a crash, the entry its predecessor left answers it.
            account.repeated();
            return;
        }
        intake.take(entry, new Pending(record.value(), KeptHeaders.of(record.headers())));
        watch();
    }

    /** Names the miss by the offset its query was read from, or else by its own. */
    private String entry(Miss miss) {
        return miss.getOrigin().isEmpty()
                ? Ledger.entry(context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a miss came without where it was read from")))
                : miss.getOrigin();
    }

    private void punctuate() {
        collect();
        account.publish();
    }

    private void collect() {
        tail.check();
        ledger.settle();
        landing.collect();
        intake.release();
        shadows.collect();
        watch();
    }

    @Override
    public void close() {
        closeLedger.run();
        if (ledger != null) {
            tail.admission().deferredChanged(-ledger.parked());
            tail.admission().pendingChanged(-ledger.open());
            ledger.settle();
        }
        if (landing != null) {
            landing.close();
        }
        if (shadows != null) {
            shadows.close();
        }
    }
}
