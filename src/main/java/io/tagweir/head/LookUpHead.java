package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Priority;
import io.tagweir.ledger.KeptHeaders;
import io.tagweir.ledger.Ledger;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryAccount;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.SnapshotCatalog;
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
 * Answers a query from the head table, or says why it can't.
 *
 * <p>The snapshot is chosen by the query's event time alone, and the whole answer comes from one row of that snapshot;
 * whether the row is still good is judged by the event time, too ({@link Freshness}). A partition that has not verified
 * it is not primed: it answers nothing from it, and holds the query ({@link ColdQueries}) until it is primed or the
 * query's time is over. A query whose record lies in another partition than its key is not looked up here, and says so.
 * Owned by the stream thread of its task.
 */
public final class LookUpHead implements Processor<byte[], IncomingQuery, byte[], Outcome> {

    /** How often the queries held are looked at. */
    private static final Duration RELEASE = Duration.ofMillis(20);

    /** Most queries released at a look, so that a large lot does not keep the stream thread from everything else. */
    private static final int LOT = 1_000;

    private final HeadTasks tasks;
    private final NextNodes next;
    private final SnapshotCatalog snapshots;
    private final Supplier<HitEncoder> encoders;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], Outcome> context;
    private HeadTask task;
    private QueryAccount account;
    private Runnable closeHeld = () -> {};
    private HitEncoder encoder;
    private Freshness freshness;
    private @Nullable Cancellable punctuation;
    private long catalogSeen = -1;
    private int verifiedSeen = -1;
    private double sampleDue;

    /**
     * @param next the nodes behind this one
     * @param encoders asked once, when the task starts: making one may take a schema registry
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public LookUpHead(
            HeadTasks tasks,
            NextNodes next,
            SnapshotCatalog snapshots,
            Supplier<HitEncoder> encoders,
            InstantSource clock,
            Meters meters) {
        this.tasks = tasks;
        this.next = next;
        this.snapshots = snapshots;
        this.encoders = encoders;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Outcome> context) {
        this.context = context;
        encoder = encoders.get();
        task = tasks.open(context);
        account = meters.queries().mine();
        if (!next.elsewhere().isEmpty()) { // Both lookups of a task share what is held.
            closeHeld = account.open(context.taskId().partition(), task.cold()::size);
        }
        freshness = new Freshness(
                tasks.settings().freshness(), new CatalogChanges(context.getStateStore(ReadCatalogEvents.STORE)));
        watch();
    }

    /**
     * Punctuates while a query is held, and only then. Both lookups of a task share what is held, and either releases
     * it.
     */
    private void watch() {
        boolean idle = task.cold().isIdle();
        if (punctuation == null && !idle) {
            punctuation = context.schedule(RELEASE, PunctuationType.WALL_CLOCK_TIME, now -> release());
        } else if (punctuation != null && idle) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    @Override
    public void process(Record<byte[], IncomingQuery> record) {
        var query = record.value();
        if (query.key().partition(tasks.partitions()) != context.taskId().partition()) {
            context.forward(record.withValue(elsewhere(query)), next.elsewhere());
            return;
        }
        var eventTime = Instant.ofEpochMilli(record.timestamp());
        var snapshot = snapshots.timeline().at(eventTime).orElse(null);
        if (snapshot != null && task.tallies().isVerified(snapshot)) {
            answer(record, eventTime, snapshot, "");
        } else {
            hold(record, eventTime, snapshot);
        }
    }

    private Outcome elsewhere(IncomingQuery query) {
        if (next.elsewhere().isEmpty()) {
            throw new IllegalStateException(
                    "the repartition topic brought a query to a partition that is not its key's; has the number of"
                            + " partitions changed?");
        }
        return new Outcome.Elsewhere(query);
    }

    /** @param origin where the query was read from; empty: the record being processed says it */
    private void answer(Record<byte[], IncomingQuery> record, Instant eventTime, String snapshot, String origin) {
        var key = record.value().key();
        byte[] tags = task.table().get(snapshot, key);
        var flaw = tags == null ? null : freshness.flaw(tags, key.segment(), record.timestamp());
        if (tags != null && (flaw == null || freshness.serves(flaw, key.segment()))) {
            hit(record, eventTime, snapshot, tags, flaw != null);
            if (flaw == null && isSampleDue()) {
                sample(record, snapshot, tags, origin);
            }
        } else {
            flaw = flaw == null ? MissReason.GENUINE : flaw;
            miss(record, snapshot, flaw, origin.isEmpty() ? origin() : origin);
        }
        if (flaw != null) {
            context.forward(record.withValue(new Outcome.Wanted(key, flaw, snapshot)), next.wanted());
        }
    }

    private void hit(
            Record<byte[], IncomingQuery> record, Instant eventTime, String snapshot, byte[] tags, boolean stale) {
        var now = clock.instant();
        byte[] answer = encoder.encode(record.value(), snapshot, tags, stale, record.timestamp(), now.toEpochMilli());
        context.forward(record.withValue(new Outcome.Hit(answer)), next.hit());
        meters.headAnswer(Duration.between(eventTime, now));
        if (stale) {
            meters.stale();
        }
    }

    /** True for as large a share of the calls as the student is measured by; all that most hits cost for it. */
    private boolean isSampleDue() {
        sampleDue += tasks.settings().quality().share();
        if (sampleDue < 1) {
            return false;
        }
        sampleDue -= 1;
        return true;
    }

    private void sample(Record<byte[], IncomingQuery> record, String snapshot, byte[] tags, String origin) {
        if (tasks.quality().take(record.value().key(), clock.instant())) {
            var miss = miss(record, snapshot, origin.isEmpty() ? origin() : origin)
                    .setPriority(Priority.BACKGROUND)
                    .setDeadlineMs(null)
                    .setTeacherTags(StoredTags.tags(tags))
                    .build();
            context.forward(record.withValue(new Outcome.Sampled(miss)), next.miss());
            meters.qualitySampled();
        }
    }

    /** A partition that is not primed holds the query, unless there is nothing to wait for and the cap lets it pass. */
    private void hold(Record<byte[], IncomingQuery> record, Instant eventTime, @Nullable String snapshot) {
        String entry = origin();
        if (task.cold().holds(entry)) {
            // Delivered again after a crash: the entry its predecessor left answers it.
            account.repeated();
            return;
        }
        var now = clock.instant();
        var until = snapshot == null ? eventTime : until(record.value(), eventTime, now);
        if (task.cold().size() == 0 && !until.isAfter(now) && tasks.cap().tryTake(now)) {
            miss(record, snapshot, MissReason.COLD, entry);
            return;
        }
        task.cold()
                .hold(
                        entry,
                        Held.newBuilder()
                                .setEvent(record.value().event())
                                .setCanonicalQuery(record.value().key().canonical())
                                .setEventTime(eventTime)
                                .setUntil(until)
                                .setRecordKey(KeptHeaders.buffer(record.key()))
                                .setHeaders(KeptHeaders.of(record.headers()))
                                .build());
        watch();
    }

    private Instant until(IncomingQuery query, Instant eventTime, Instant now) {
        Integer deadline = query.event().getDeadlineMs();
        var cold = tasks.settings().cold();
        return deadline == null ? now.plus(cold.hold()) : eventTime.plusMillis((long) (deadline * ColdSettings.HOLD_SHARE));
    }

    private void release() {
        var cold = task.cold();
        cold.settle();
        if (catalogSeen != snapshots.version() || verifiedSeen != task.tallies().verified()) {
            catalogSeen = snapshots.version();
            verifiedSeen = task.tallies().verified();
            cold.lookAgain();
        }
        var now = clock.instant();
        for (int i = 0; i < LOT; i++) {
            var released = cold.next(now, this::isPrimed);
            if (released == null) {
                break;
            }
            var held = released.held();
            var query = new IncomingQuery(
                    held.getEvent(), new QueryKey(held.getEvent().getSegment(), held.getCanonicalQuery()));
            var record = new Record<>(
                    KeptHeaders.bytes(held.getRecordKey()),
                    query,
                    held.getEventTime().toEpochMilli());
            KeptHeaders.into(held.getHeaders(), record.headers());
            var snapshot = snapshots.timeline().at(held.getEventTime()).orElse(null);
            if (snapshot != null && task.tallies().isVerified(snapshot)) {
                answer(record, held.getEventTime(), snapshot, released.entry());
            } else {
                miss(record, snapshot, MissReason.COLD, released.entry());
            }
            meters.coldReleased(released.primed() ? "PRIMED" : "EXPIRED");
        }
        account.publish();
        watch();
    }

    private boolean isPrimed(Held held) {
        return snapshots
                .timeline()
                .at(held.getEventTime())
                .filter(task.tallies()::isVerified)
                .isPresent();
    }

    private void miss(
            Record<byte[], IncomingQuery> record, @Nullable String snapshot, MissReason reason, String origin) {
        var miss = miss(record, snapshot, origin).setReason(reason).build();
        context.forward(record.withValue(new Outcome.Missed(miss)), next.miss());
        meters.miss(reason.name());
    }

    private static Miss.Builder miss(Record<byte[], IncomingQuery> record, @Nullable String snapshot, String origin) {
        var event = record.value().event();
        return Miss.newBuilder()
                .setQueryId(event.getQueryId())
                .setQuery(event.getQuery())
                .setCanonicalQuery(record.value().key().canonical())
                .setSegment(event.getSegment())
                .setPriority(event.getPriority())
                .setDeadlineMs(event.getDeadlineMs())
                .setSnapshot(snapshot)
                .setEventTime(Instant.ofEpochMilli(record.timestamp()))
                .setRecordKey(KeptHeaders.buffer(record.key()))
                .setOrigin(origin);
    }

    private String origin() {
        return Ledger.entry(context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a query came without the offset it was read from")));
    }

    @Override
    public void close() {
        closeHeld.run();
        if (task != null) {
            task.cold().settle();
        }
        tasks.close(context.taskId());
    }
}
