package io.tagweir.app.run;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.console.Endpoints;
import io.tagweir.console.Health;
import io.tagweir.console.UnavailableException;
import io.tagweir.head.HeadInspector;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.QueryFigures;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data that the console shows about an {@link Application}. Called by several console threads at once. */
public final class ConsoleViews {

    private static final Logger log = LoggerFactory.getLogger(ConsoleViews.class);
    private static final List<Source> SOURCES =
            List.of(Source.HEAD, Source.CACHE, Source.STUDENT, Source.FALLBACK, Source.SHED);

    private final Application application;
    private final InstantSource clock;
    private final Instant started;
    private final AtomicLong missingBefore = new AtomicLong();
    private double queriesBefore;
    private long readBefore = System.nanoTime();
    private double rate;

    private ConsoleViews(Application application, InstantSource clock) {
        this.application = application;
        this.clock = clock;
        this.started = clock.instant();
    }

    public static Endpoints of(Application application, InstantSource clock) {
        var views = new ConsoleViews(application, clock);
        return new Endpoints(
                views::health, format -> application.scrape(format.contentType()), views::lookup, views::status);
    }

    private Health health() {
        var state = application.state();
        boolean live = state != State.ERROR && state != State.NOT_RUNNING;
        var details = new LinkedHashMap<String, String>();
        var lacking = application.swaps().map(swaps -> swaps.roster().lacking()).orElse(Set.of());
        if (!lacking.isEmpty()) {
            details.put("students not loaded", String.join(", ", lacking));
        }
        boolean ready = state == State.RUNNING && lacking.isEmpty();
        long missing = balance().missing();
        if (missing != 0) {
            details.put("missing", missing + " queries: see topology-docs/on-call.md");
        }
        if (!application.settings().app().role().runsHead()) {
            return new Health(live, ready, state.name(), details);
        }
        var now = clock.instant();
        long primed = application.primed(now);
        int partitions = application.tasks().size();
        // Before the first activation there is no snapshot to be primed with.
        boolean isPrimed = primed == partitions
                || application.snapshots().timeline().at(now).isEmpty();
        details.put("primed", primed + " of " + partitions + " partitions");
        details.put("held", application.tasks().held() + " queries");
        return new Health(live, ready && isPrimed, state.name(), details);
    }

    private Map<String, @Nullable Object> status() {
        var app = application.settings().app();
        var meters = application.meters();
        var bySource = new LinkedHashMap<String, @Nullable Object>();
        SOURCES.forEach(source -> bySource.put(source.name(), (long) meters.total(MeterName.ANSWERS, source)));
        var status = new LinkedHashMap<String, @Nullable Object>();
        status.put("role", app.role().name().toLowerCase(Locale.ROOT));
        status.put("application_id", app.applicationId());
        status.put("state", application.state().name());
        status.put("uptime_s", Duration.between(started, clock.instant()).toMillis() / 1e3);
        var balance = balance();
        status.put("rate_per_s", rate(balance.read()));
        status.put("by_source", bySource);
        status.put("balance", json(balance));
        status.put("dead_letters", (long) meters.total(MeterName.DEAD_LETTERS));
        application.tail().ifPresent(tail -> status.put("pending", tail.pending()));
        if (app.role().runsHead()) {
            status.put("primed", application.primed(clock.instant()));
            status.put("partitions", application.tasks().size());
            status.put("held", application.tasks().held());
        }
        status.put("head_ms", percentiles(meters, MeterName.HEAD_LATENCY));
        status.put("tail_ms", percentiles(meters, MeterName.TAIL_LATENCY));
        status.put(
                "snapshot",
                application.snapshots().timeline().at(clock.instant()).orElse(null));
        application
                .swaps()
                .ifPresentOrElse(
                        swaps -> status.putAll(StudentStatus.of(swaps.catalog(), swaps.roster(), clock.instant())),
                        () -> status.put("student", null));
        status.put("rerouted", (long) meters.total(MeterName.REROUTED));
        status.put("store_bytes", application.budget().bytes());
        return status;
    }

    /** The balance of queries; logs an error when the number of missing queries changes. */
    private QueryFigures balance() {
        var balance = application.meters().queries().figures();
        if (balance.missing() != missingBefore.getAndSet(balance.missing()) && balance.missing() != 0) {
            log.error("{} queries are missing: {}", balance.missing(), balance);
        }
        return balance;
    }

    private static Map<String, Object> json(QueryFigures balance) {
        var json = new LinkedHashMap<String, Object>();
        json.put("read", balance.read());
        json.put("rerouted_read", balance.reroutedRead());
        json.put("recovered", balance.recovered());
        json.put("answered", balance.answered());
        json.put("dead_letters", balance.deadLetters());
        json.put("rerouted", balance.rerouted());
        json.put("misses_written", balance.missesWritten());
        json.put("repeated", balance.repeated());
        json.put("handed_back", balance.handedBack());
        json.put("pending", balance.pending());
        json.put("missing", balance.missing());
        return json;
    }

    /** Queries per second since the last call that is at least half a second ago. */
    private synchronized double rate(double queries) {
        long now = System.nanoTime();
        double seconds = (now - readBefore) / 1e9;
        if (seconds >= 0.5) {
            rate = (queries - queriesBefore) / seconds;
            queriesBefore = queries;
            readBefore = now;
        }
        return rate;
    }

    private static Map<String, @Nullable Object> percentiles(Meters meters, MeterName name) {
        var percentiles = new LinkedHashMap<String, @Nullable Object>();
        percentiles.put("p50", measured(meters.percentileMs(name, 0.5)));
        percentiles.put("p99", measured(meters.percentileMs(name, 0.99)));
        return percentiles;
    }

    /** Null if nothing was measured recently. */
    private static @Nullable Double measured(double millis) {
        return millis > 0 ? millis : null;
    }

    private Map<String, @Nullable Object> lookup(String segment, String query) {
        if (!application.settings().app().role().runsHead()) {
            throw new UnavailableException("this process runs the tail; ask one that runs the head");
        }
        String canonical = Normaliser.canonical(query);
        var snapshot = application.snapshots().timeline().at(clock.instant()).orElse(null);
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("query", query);
        answer.put("canonical_query", canonical);
        answer.put("segment", segment);
        answer.put("snapshot", snapshot);
        try {
            var store = application
                    .streams()
                    .store(StoreQueryParameters.fromNameAndType(
                            HeadTasks.ROWS, QueryableStoreTypes.<String, byte[]>keyValueStore()));
            var row = snapshot == null
                    ? Optional.<HeadTags>empty()
                    : HeadInspector.find(store, snapshot, new QueryKey(segment.replace('\t', ' '), canonical));
            answer.put("found", row.isPresent());
            answer.put(
                    "tags",
                    row.map(tags -> tags.getTags().stream()
                                    .map(ConsoleViews::json)
                                    .toList())
                            .orElse(List.of()));
            row.ifPresent(tags -> answer.put("tagged_at", tags.getTaggedAt().toString()));
        } catch (InvalidStateStoreException e) {
            throw new UnavailableException("the head table is not open yet: " + application.state());
        }
        return answer;
    }

    private static Map<String, Object> json(Tag tag) {
        var json = new LinkedHashMap<String, Object>();
        json.put("label", tag.getLabel());
        json.put("value", tag.getValue());
        json.put("start", tag.getStart());
        json.put("end", tag.getEnd());
        json.put("score", tag.getScore());
        return json;
    }
}
