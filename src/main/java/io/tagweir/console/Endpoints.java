package io.tagweir.console;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The application's side of the console's endpoints. Called by several of the console's threads at once; must not block
 * for long; may throw {@link UnavailableException} for status 503. Maps become JSON objects in their order and may have
 * strings, numbers, booleans, nulls, lists and maps. NaN and infinity become null.
 *
 * @param health the health of the process
 * @param metrics all metrics in a format
 * @param lookup the head's row for a segment and a query as typed: {@code query}, {@code canonical_query},
 *     {@code segment}, {@code snapshot}, {@code found}, {@code tags} (each {@code label}, {@code value}, {@code start},
 *     {@code end}, {@code score}) and {@code tagged_at} in ISO 8601. Offsets are code points of {@code canonical_query}
 * @param status the data of the web page: {@code role}, {@code application_id}, {@code state}, {@code uptime_s},
 *     {@code rate_per_s} of queries read, {@code by_source} with a count for each, {@code balance} with the queries
 *     that came in, that went out and that are {@code missing}, {@code dead_letters}, {@code pending}, {@code head_ms}
 *     and {@code tail_ms} with {@code p50} and {@code p99}, {@code snapshot}, {@code student} (the active one),
 *     {@code canary} with {@code student} and {@code share}, {@code planned} with {@code student}, {@code share} and
 *     {@code from} of each, {@code staged} with {@code student} and {@code loaded}, {@code rerouted} (the same count as
 *     in {@code balance}, and older), {@code store_bytes}. The page shows a dash for one that is absent or null
 */
public record Endpoints(
        Supplier<Health> health,
        Function<MetricsFormat, String> metrics,
        BiFunction<String, String, Map<String, @Nullable Object>> lookup,
        Supplier<Map<String, @Nullable Object>> status) {}
