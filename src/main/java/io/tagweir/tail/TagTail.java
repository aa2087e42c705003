package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.inference.InferenceClient;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.Ledger;
import io.tagweir.ledger.StoredHeaders;
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
 * Answers each miss exactly once: from the cache, by the student, by rule, or by shedding it.
 *
 * <pre>
 *   miss ─► cache ──hit──────────────────────────────────────────► CACHE
 *             └─► deadline has passed ───────────────────────────► FALLBACK
 *             └─► no room, or the deadline can't be met ─────────► SHED   (BACKGROUND may be deferred instead)
 *             └─► ledger ─► in flight ─► student ────────────────► STUDENT
 *                              ├─► unsure, time left ─► larger ──► STUDENT
 *                              ├─► the student fails ────────────► FALLBACK
 *                              └─► deadline ─► best so far ──────► STUDENT, else FALLBACK
 *   sampled answer of the head ─► {@link ShadowQueries} ─────────► no answer
 * </pre>
 *
 * <p>The states of a miss, and the thread that makes each transition, are drawn in {@code topology-docs/tail.md}.
 * {@link #process} never waits for the student. Results are collected on every record and on a wall-clock punctuation.
 * Misses that were pending when the task last stopped, here or on another instance, are submitted again in
 * {@link #init}. Owned by the stream thread of its task.
 */
public final class TagTail<K> implements Processor<K, Miss, byte[], TaggedQuery> {

    static final String LEDGER = "ledger";

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
    private Completion completion;
    private ShadowQueries shadowQueries;
    private @Nullable Cancellable punctuation;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private TagTail(Supplier<Tail> tails, boolean atomic, InstantSource clock, Meters meters) {
        this.tails = tails;
        this.atomic = atomic;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * One processor for each task, with its stores.
     *
     * @param tail called when a task starts, not while the topology is described
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
                        new SingleObjectSerde<Pending>(Pending.getClassSchema(), LedgerSchemas.schemas()));
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
        InferenceClient<InFlightQuery> client = tail.student().newClient();
        var largerStudent = tail.cascade().larger();
        InferenceClient<InFlightQuery> larger = largerStudent == null ? null : largerStudent.newClient();
        var singleFlight = new SingleFlight(client);
        var answers = new AnswerSender(context, tail::byRule, clock, meters);
        intake = new Intake(tail, ledger, cache, singleFlight, answers, clock);
        completion = new Completion(tail, ledger, cache, singleFlight, answers, intake, client, larger, clock);
        shadowQueries = new ShadowQueries(tail);
        ledger.recover(intake::resume);
        account = meters.queries().mine();
        closeLedger = account.open(context.taskId().partition(), () -> ledger.open() + ledger.deferred());
        schedulePunctuation();
    }

    /**
     * Punctuates only while something is pending: each punctuation makes Kafka Streams process fewer records between
     * polls, which would slow down a stream of hits.
     */
    private void schedulePunctuation() {
        boolean idle = completion.isIdle() && shadowQueries.isIdle() && ledger.isSettled() && ledger.deferred() == 0;
        if (punctuation == null && !idle) {
            punctuation =
                    context.schedule(TailSettings.DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> punctuate());
        } else if (punctuation != null && idle) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    @Override
    public void process(Record<K, Miss> record) {
        collect();
        if (record.value().getTeacherTags() != null) {
            shadowQueries.take(record.value());
            schedulePunctuation();
            return;
        }
        String entry = entry(record.value());
        if (ledger.holds(entry)) { // Redelivered after a crash; its ledger entry is already being answered.
            account.repeated();
            return;
        }
        intake.take(entry, new Pending(record.value(), StoredHeaders.of(record.headers())));
        schedulePunctuation();
    }

    /** The key of a miss in the ledger: the offset its query was read from, or else its own. */
    private String entry(Miss miss) {
        return miss.getOrigin().isEmpty()
                ? Ledger.entry(context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a miss has no record metadata")))
                : miss.getOrigin();
    }

    private void punctuate() {
        collect();
        account.publish();
    }

    private void collect() {
        tail.check();
        ledger.settle();
        completion.collect();
        intake.release();
        shadowQueries.collect();
        schedulePunctuation();
    }

    @Override
    public void close() {
        closeLedger.run();
        if (ledger != null) {
            tail.admission().deferredChanged(-ledger.deferred());
            tail.admission().pendingChanged(-ledger.open());
            ledger.settle();
        }
        if (completion != null) {
            completion.close();
        }
        if (shadowQueries != null) {
            shadowQueries.close();
        }
    }
}
