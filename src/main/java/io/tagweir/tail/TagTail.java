package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.KeptHeaders;
import io.tagweir.ledger.Ledger;
import io.tagweir.meter.Meters;
import io.tagweir.query.Alignment;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
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
 * <p>A miss goes into the {@link Ledger} and to the {@link MicroBatcher}, and {@link #process} returns: the stream
 * thread never waits for the student. Finished answers are collected on every record and on a wall-clock punctuation,
 * forwarded, and their entries settled. What was open when the task last stopped, here or on another instance, is
 * handed to the student again in {@link #init}. Owned by the stream thread of its task.
 */
public final class TagTail<K> implements Processor<K, Miss, byte[], TaggedQuery> {

    /** Name of the store of the ledger. */
    static final String STORE = "ledger";

    private static final String COMMITS = "commit-watch";

    private final Supplier<MicroBatcher> batchers;
    private final TailSettings settings;
    private final boolean atomic;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], TaggedQuery> context;
    private Ledger<Pending> ledger;
    private MicroBatcher batcher;
    private Inbox inbox;
    private @Nullable Cancellable punctuation;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private TagTail(
            Supplier<MicroBatcher> batchers,
            TailSettings settings,
            boolean atomic,
            InstantSource clock,
            Meters meters) {
        this.batchers = batchers;
        this.settings = settings;
        this.atomic = atomic;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Makes one processor for each task, with its stores.
     *
     * @param batcher asked once a task starts, not while the topology is being described
     * @param atomic whether the application runs under {@code exactly_once_v2}
     */
    public static <K> ProcessorSupplier<K, Miss, byte[], TaggedQuery> supplier(
            Supplier<MicroBatcher> batcher,
            TailSettings settings,
            boolean atomic,
            Serde<Pending> ledgerSerde,
            InstantSource clock,
            Meters meters) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<K, Miss, byte[], TaggedQuery> get() {
                return new TagTail<>(batcher, settings, atomic, clock, meters);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var ledger = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE), Serdes.String(), ledgerSerde);
                return Set.of(ledger, CommitWatch.builder(COMMITS));
            }
        };
    }

    @Override
    public void init(ProcessorContext<byte[], TaggedQuery> context) {
        this.context = context;
        batcher = batchers.get();
        ledger = new Ledger<>(context.getStateStore(STORE), context.getStateStore(COMMITS), atomic);
        inbox = batcher.open();
        ledger.recover((entry, pending) -> inbox.offer(entry, pending.getMiss().getCanonicalQuery()));
        watch();
    }

    /**
     * Punctuates while anything is pending, and only then: each punctuation makes Kafka Streams process fewer records
     * before it looks up again, which a stream of hits would pay for nothing.
     */
    private void watch() {
        if (punctuation == null && !(inbox.isIdle() && ledger.isSettled())) {
            punctuation = context.schedule(settings.drainInterval(), PunctuationType.WALL_CLOCK_TIME, now -> collect());
        } else if (punctuation != null && inbox.isIdle() && ledger.isSettled()) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    @Override
    public void process(Record<K, Miss> record) {
        collect();
        String entry = entry(record.value());
        if (ledger.holds(entry)) {
            // Delivered again after a crash: the entry its predecessor left answers it, whether there is room or not.
            return;
        }
        var pending = new Pending(record.value(), KeptHeaders.of(record.headers()));
        if (batcher.pending() >= settings.maxPending()) {
            answer(pending, Source.SHED, List.of(), "the tail is full: " + settings.maxPending() + " queries pending");
            return;
        }
        ledger.take(entry, pending);
        inbox.offer(entry, record.value().getCanonicalQuery());
        watch();
    }

    /** Names the miss by the offset its query was read from, or else by its own. */
    private String entry(Miss miss) {
        return miss.getOrigin().isEmpty()
                ? Ledger.entry(context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a miss came without where it was read from")))
                : miss.getOrigin();
    }

    @Override
    public void close() {
        if (ledger != null) {
            ledger.settle();
        }
        if (inbox != null) {
            inbox.close();
        }
    }

    private void collect() {
        batcher.check();
        ledger.settle();
        for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
            var pending = ledger.answer(outcome.entry());
            if (pending == null) {
                continue;
            }
            if (outcome.spans() != null) {
                answer(pending, Source.STUDENT, tags(pending.getMiss().getQuery(), outcome.spans()), null);
            } else {
                answer(pending, Source.FALLBACK, List.of(), outcome.failure());
            }
        }
        watch();
    }

    private void answer(Pending pending, Source source, List<Tag> tags, @Nullable String detail) {
        var miss = pending.getMiss();
        var now = clock.instant();
        var answer = TaggedQuery.newBuilder()
                .setQueryId(miss.getQueryId())
                .setQuery(miss.getQuery())
                .setCanonicalQuery(miss.getCanonicalQuery())
                .setSegment(miss.getSegment())
                .setTags(tags)
                .setSource(source)
                .setMissReason(miss.getReason())
                .setSnapshot(miss.getSnapshot())
                .setStudent(source == Source.STUDENT ? batcher.student() : null)
                .setDetail(detail)
                .setEventTime(miss.getEventTime())
                .setTaggedTime(now)
                .build();
        var record = new Record<>(
                KeptHeaders.bytes(miss.getRecordKey()),
                answer,
                miss.getEventTime().toEpochMilli());
        KeptHeaders.into(pending.getHeaders(), record.headers());
        context.forward(record);
        meters.tailAnswer(source.name(), Duration.between(miss.getEventTime(), now));
    }

    private static List<Tag> tags(String typed, List<Span> spans) {
        var alignment = Alignment.of(typed);
        var tags = new ArrayList<Tag>(spans.size());
        for (var span : spans) {
            int start = alignment.typedStart(span.start());
            int end = alignment.typedEnd(span.end());
            tags.add(new Tag(span.label(), alignment.typedText(start, end), start, end, span.score()));
        }
        return tags;
    }
}
