package io.tagweir.wire;

import io.tagweir.reason.Reason;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of Confluent's schema registry. It caches ids and schemas for ever, since ids are never reused and schemas
 * never change. Thread-safe; blocks the caller, at most for the deadline of its settings.
 *
 * <p>Schemas are registered as {@link RegisteredSchema}. Every method but {@link #ping} throws
 * {@link SchemaRejectedException} if the registry refuses and {@link RegistryUnavailableException} if it does not answer.
 */
public final class SchemaRegistryClient {

    /**
     * How long the registry is not asked for an unknown id again: at first, and at most; each further request doubles it.
     * A registry of several nodes may know a new schema a moment later, and garbage in a topic must not flood it.
     */
    private static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);

    private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

    private static final int FORBIDDEN = 403;

    private static final int MAX_UNKNOWN = 10_000;

    private static final Map<RegistrySettings, WeakReference<SchemaRegistryClient>> SHARED = new ConcurrentHashMap<>();

    private final LongSupplier nanos;
    private final RegistryHttpClient http;
    private final WriterSchemas writers;
    private final Map<SubjectSchema, Integer> registered = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> found = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, UnknownId> unknown = new ConcurrentHashMap<>();

    public SchemaRegistryClient(RegistrySettings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    SchemaRegistryClient(RegistrySettings settings, LongSupplier nanos) {
        this.nanos = nanos;
        this.http = new RegistryHttpClient(settings);
        this.writers = new WriterSchemas(http);
    }

    /** The shared client for these settings, weakly referenced, so that all serdes use the same connections and cache. */
    public static SchemaRegistryClient shared(RegistrySettings settings) {
        synchronized (SHARED) {
            SHARED.values().removeIf(reference -> reference.get() == null);
            var reference = SHARED.get(settings);
            var client = reference == null ? null : reference.get();
            if (client == null) {
                client = new SchemaRegistryClient(settings);
                SHARED.put(settings, new WeakReference<>(client));
            }
            return client;
        }
    }

    /** The id of the schema under this subject; registers it if necessary. */
    public int register(String subject, Schema schema) {
        return id(registered, new SubjectSchema(subject, schema), "/versions");
    }

    /** The id of a schema that is already registered under this subject. */
    public int idOf(String subject, Schema schema) {
        return id(found, new SubjectSchema(subject, schema), "");
    }

    /** The schema with this id. */
    public Schema schema(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var miss = unknown.get(id);
        if (miss != null && nanos.getAsLong() - miss.since < miss.pause.toNanos()) {
            throw miss.reason.again();
        }
        try {
            var schema = writers.get(id);
            unknown.remove(id);
            var earlier = schemas.putIfAbsent(id, schema);
            return earlier == null ? schema : earlier;
        } catch (SchemaRejectedException refusal) {
            // The registry has accepted the credentials for other schemas, so only this one is forbidden.
            var rejected = refusal.status() == FORBIDDEN && !schemas.isEmpty() ? refusal.asUnknown() : refusal;
            if (rejected.unknownSchema()) {
                if (unknown.size() >= MAX_UNKNOWN) {
                    unknown.clear(); // The ids are probably garbage; each is requested at least once anyway.
                }
                unknown.put(id, UnknownId.after(miss, rejected, nanos.getAsLong()));
            }
            throw rejected;
        }
    }

    /** The problem of each address, one line each; empty if one of them answers. */
    public List<String> ping() {
        return http.ping("/subjects");
    }

    private int id(Map<SubjectSchema, Integer> cache, SubjectSchema key, String suffix) {
        var known = cache.get(key);
        if (known != null) {
            return known;
        }
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("schema", RegisteredSchema.of(key.schema).toString());
        var response = http.send("/subjects/" + RegistryHttpClient.encoded(key.subject) + suffix, body.toString());
        var id = response.path("id");
        if (!id.isInt()) {
            throw new SchemaRejectedException(200, 200, "the schema registry answered without an id: " + Reason.oneLine(response.toString()));
        }
        cache.put(key, id.intValue());
        return id.intValue();
    }

    private record SubjectSchema(String subject, Schema schema) {}

    private record UnknownId(SchemaRejectedException reason, long since, Duration pause) {

        static UnknownId after(@Nullable UnknownId before, SchemaRejectedException reason, long now) {
            var pause = before == null ? INITIAL_BACKOFF : before.pause.multipliedBy(2);
            return new UnknownId(reason, now, pause.compareTo(MAX_BACKOFF) < 0 ? pause : MAX_BACKOFF);
        }
    }
}
