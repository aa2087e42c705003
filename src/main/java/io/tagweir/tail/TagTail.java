package io.tagweir.tail;

import io.tagweir.avro.CachedTags;
import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.KeptHeaders;
import io.tagweir.ledger.Ledger;
import io.tagweir.meter.Meters;
import io.tagweir.wire.SingleObjectSerde;
import java.time.InstantSource;
import java.util.List;
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

    /** Deferred queries that are released at a look: a few milliseconds' work. */
    private static final int LOT = 256;

    private final Supplier<Tail> tails;
    private final boolean atomic;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], TaggedQuery> context;
    private Tail tail;
    private Ledger<Pending> ledger;
    private TailCache cache;
    private Inbox inbox;
    private @Nullable Inbox larger;
    private Shadows shadows;
    private Flights flights;
    private Answers answers;
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
                                Stores.persistentKeyValueStore(CACHE),
                                Serdes.String(),
                                new SingleObjectSerde<CachedTags>(CachedTags.getClassSchema()))
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
        cache = new TailCache(context.getStateStore(CACHE), tail.settings().cache(), tail.tasks());
        inbox = tail.student().open();
        larger =
                tail.cascade().larger() == null ? null : tail.cascade().larger().open();
        shadows = new Shadows(tail);
        flights = new Flights(inbox);
        answers = new Answers(context, clock, meters);
        ledger.recover((entry, pending) -> resume(asked(entry, pending)));
        watch();
    }

    /**
     * Punctuates while anything is pending, and only then: each punctuation makes Kafka Streams process fewer records
     * before it looks up again, which a stream of hits would pay for nothing.
     */
    private void watch() {
        boolean idle = inbox.isIdle()
                && (larger == null || larger.isIdle())
                && shadows.isIdle()
                && ledger.isSettled()
                && ledger.parked() == 0;
        if (punctuation == null && !idle) {
            punctuation = context.schedule(
                    tail.settings().drainInterval(), PunctuationType.WALL_CLOCK_TIME, now -> collect());
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
        if (!ledger.holds(entry)) { // Delivered again after a crash, the entry its predecessor left answers it.
            take(asked(entry, new Pending(record.value(), KeptHeaders.of(record.headers()))));
            watch();
        }
    }

    private void take(Asked asked) {
        var now = clock.instant();
        var kept = cache.get(asked.key(), now);
        if (kept != null && (kept.last() || !tail.cascade().hasTime(asked.budget(), asked.urgency(), now))) {
            answers.send(asked.pending(), Source.CACHE, kept.spans(), kept.student(), null);
            return;
        }
        if (asked.budget().isOver(now.toEpochMilli())) {
            fallBack(asked.pending(), "its deadline had passed when it was read");
            return;
        }
        var admission = tail.admission();
        String refusal = admission.noRoom(asked.miss().getPriority());
        if (refusal != null && admission.mayDefer(asked)) {
            defer(asked);
            return;
        }
        if (refusal == null && !flights.has(asked.key())) {
            refusal = admission.tooLate(asked.urgency(), now);
        }
        if (refusal != null) {
            answers.send(asked.pending(), Source.SHED, List.of(), null, refusal);
            return;
        }
        ledger.take(asked.entry(), asked.pending());
        board(asked);
    }

    private void board(Asked asked) {
        tail.admission().pendingChanged(1);
        flights.join(asked);
    }

    /** Who answers these queries is asked anew: their student was swapped before it was asked. */
    private void reboard(Flight flight) {
        for (var entry : flights.land(flight)) {
            var pending = ledger.find(entry);
            if (pending != null) {
                flights.join(asked(entry, pending)); // Counted as pending already.
            }
        }
    }

    private void defer(Asked asked) {
        tail.admission().deferredChanged(1);
        ledger.park(asked.entry(), asked.pending());
    }

    /** What a predecessor took over. It has been let in once, so it is not refused now. */
    private void resume(Asked asked) {
        if (tail.admission().noRoom(asked.miss().getPriority()) != null
                && tail.admission().mayDefer(asked)) {
            defer(asked);
        } else {
            board(asked);
        }
    }

    /** Hands deferred queries to the student while there is room for their priority. */
    private void release() {
        for (int i = 0; i < LOT; i++) {
            var next = ledger.firstParked();
            if (next == null || tail.admission().noRoom(next.getMiss().getPriority()) != null) {
                return;
            }
            tail.admission().deferredChanged(-1);
            board(asked(ledger.unpark(), next));
        }
    }

    private Asked asked(String entry, Pending pending) {
        return Asked.of(
                entry, pending, tail.roster(), tail.rules(), tail.settings().deadlines());
    }

    /** Names the miss by the offset its query was read from, or else by its own. */
    private String entry(Miss miss) {
        return miss.getOrigin().isEmpty()
                ? Ledger.entry(context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a miss came without where it was read from")))
                : miss.getOrigin();
    }

    private void collect() {
        tail.check();
        ledger.settle();
        for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
            landFast(outcome);
        }
        for (var outcome = pollLarger(); outcome != null; outcome = pollLarger()) {
            land(outcome);
        }
        expire();
        release();
        shadows.collect();
        watch();
    }

    private @Nullable Outcome pollLarger() {
        return larger == null ? null : larger.poll();
    }

    /** The fast student has answered, or failed: it stands, or the larger one is asked as well. */
    private void landFast(Outcome outcome) {
        var flight = outcome.ticket().flight();
        if (outcome.isMoved()) {
            reboard(flight);
            return;
        }
        var tagging = outcome.tagging();
        var urgency = outcome.ticket().urgency();
        if (larger == null
                || flight.waiting().isEmpty()
                || (tagging != null && tail.cascade().isFinal(tagging))
                || !tail.cascade().hasTime(flight.longest(), urgency, clock.instant())) {
            land(outcome);
            return;
        }
        if (tagging != null) {
            flight.best(tagging, outcome.ticket().student());
        }
        flight.ticket(larger.offer(flight, tail.cascade().student(), urgency));
    }

    private void land(Outcome outcome) {
        var flight = outcome.ticket().flight();
        if (outcome.tagging() != null) {
            flight.best(outcome.tagging(), outcome.ticket().student());
        }
        var best = flight.best();
        if (best != null) {
            boolean last = outcome.ticket().inbox() == larger || tail.cascade().isFinal(best.tagging());
            cache.put(flight.key(), best.student(), best.tagging().spans(), last, clock.instant());
        }
        for (var entry : flights.land(flight)) {
            var pending = close(entry);
            if (pending != null) {
                answer(pending, best, best == null ? outcome.failure() : null);
            }
        }
    }

    /** Whose time is up gets the best there is. */
    private void expire() {
        long now = clock.millis();
        for (var due = flights.nextDue(now); due != null; due = flights.nextDue(now)) {
            var pending = close(due.entry());
            if (pending != null) {
                var best = due.flight().best();
                answer(
                        pending,
                        best,
                        best == null
                                ? "its deadline passed before the student answered"
                                : "its deadline passed before" + " the larger student answered");
            }
        }
    }

    private void answer(Pending pending, Flight.@Nullable Best best, @Nullable String detail) {
        if (best == null) {
            fallBack(pending, String.valueOf(detail));
        } else {
            answers.send(pending, Source.STUDENT, best.tagging().spans(), best.student(), detail);
        }
    }

    private @Nullable Pending close(String entry) {
        var pending = ledger.answer(entry);
        if (pending != null) {
            tail.admission().pendingChanged(-1);
        }
        return pending;
    }

    private void fallBack(Pending pending, String why) {
        answers.send(pending, Source.FALLBACK, tail.byRule(pending.getMiss()), null, why);
    }

    @Override
    public void close() {
        if (ledger != null) {
            tail.admission().deferredChanged(-ledger.parked());
            tail.admission().pendingChanged(-ledger.open());
            ledger.settle();
        }
        if (inbox != null) {
            inbox.close();
        }
        if (larger != null) {
            larger.close();
        }
        if (shadows != null) {
            shadows.close();
        }
    }
}
