package io.tagweir.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.ref.WeakReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of Confluent's schema registry that remembers every answer, in both directions: ids are never reused and
 * schemas never change. Any thread may call it and waits for the answer, at most for the deadline of its settings.
 *
 * <p>Schemas go out as {@link RegisteredSchema} text. Every method but {@link #ping} throws
 * {@link SchemaRejectedException} when the registry says no and {@link RegistryUnavailableException} when it says
 * nothing.
 */
public final class SchemaRegistryClient {

    /**
     * How long an id stays unknown after the first question, and at most: each further one doubles it. A registry of
     * several nodes may know a new schema a moment later, and rubbish in a topic must not become a flood of requests.
     */
    private static final Duration UNKNOWN_AT_FIRST = Duration.ofSeconds(1);

    private static final Duration UNKNOWN_AT_MOST = Duration.ofMinutes(1);

    private static final int FORBIDDEN = 403;

    private static final int MOST_UNKNOWN = 10_000;

    private static final Map<RegistrySettings, WeakReference<SchemaRegistryClient>> SHARED = new ConcurrentHashMap<>();

    private final LongSupplier nanos;
    private final RegistryHttpClient http;
    private final WriterSchemas writers;
    private final Map<Written, Integer> registered = new ConcurrentHashMap<>();
    private final Map<Written, Integer> found = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

    public SchemaRegistryClient(RegistrySettings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    SchemaRegistryClient(RegistrySettings settings, LongSupplier nanos) {
        this.nanos = nanos;
        this.http = new RegistryHttpClient(settings);
        this.writers = new WriterSchemas(http);
    }

    /** The one client for these settings, as long as anyone holds it: the serdes of a topology share connections. */
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

    /** The id of the schema under this subject, where it is registered first if it is not there. */
    public int register(String subject, Schema schema) {
        return id(registered, new Written(subject, schema), "/versions");
    }

    /** The id of a schema that is already there under this subject. */
    public int idOf(String subject, Schema schema) {
        return id(found, new Written(subject, schema), "");
    }

    /** The schema with this id. */
    public Schema schema(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var miss = unknown.get(id);
        if (miss != null) {
            if (nanos.getAsLong() - miss.since < miss.pause.toNanos()) {
                throw miss.reason.again();
            }
        }
        try {
            var schema = writers.get(id);
            unknown.remove(id);
            var earlier = schemas.putIfAbsent(id, schema);
            return earlier == null ? schema : earlier;
        } catch (SchemaRejectedException refusal) {
            // The registry accepts us, since it has handed out others; so it is this one that we may not see.
            var rejected = refusal.status() == FORBIDDEN && !schemas.isEmpty() ? refusal.asUnknown() : refusal;
            if (rejected.unknownSchema()) {
                if (unknown.size() >= MOST_UNKNOWN) {
                    unknown.clear(); // Ids at random; each is asked for once in any case.
                }
                unknown.put(id, Unknown.after(miss, rejected, nanos.getAsLong()));
            }
            throw rejected;
        }
    }

    /** What keeps the registry from answering, in plain words, a line for each address; empty when all is well. */
    public List<String> ping() {
        return http.ping("/subjects");
    }

    private int id(Map<Written, Integer> cache, Written written, String suffix) {
        var known = cache.get(written);
        if (known != null) {
            return known;
        }
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("schema", RegisteredSchema.of(written.schema).toString());
        var answer = http.ask("/subjects/" + encoded(written.subject) + suffix, body.toString());
        var id = answer.path("id");
        if (!id.isInt()) {
            throw new SchemaRejectedException(200, 200, "the schema registry answered without an id: " + answer);
        }
        cache.put(written, id.intValue());
        return id.intValue();
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private record Written(String subject, Schema schema) {}

    private record Unknown(SchemaRejectedException reason, long since, Duration pause) {

        static Unknown after(@Nullable Unknown before, SchemaRejectedException reason, long now) {
            var pause = before == null ? UNKNOWN_AT_FIRST : before.pause.multipliedBy(2);
            return new Unknown(reason, now, pause.compareTo(UNKNOWN_AT_MOST) < 0 ? pause : UNKNOWN_AT_MOST);
        }
    }
}
