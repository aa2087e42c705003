package io.tagweir.console;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the console may ask of the application. Each is called on the console's own threads, several at once, and must
 * not block for long; each may throw {@link UnavailableException} for an answer of 503. Maps become JSON objects in
 * their own order and hold strings, numbers, booleans, nulls, lists and maps; a number that is not finite is written as
 * null.
 *
 * @param health how the process is
 * @param metrics every meter, in the format asked for
 * @param lookup segment and query, as typed, to what the head holds for them: {@code query}, {@code canonical_query},
 *     {@code segment}, {@code snapshot}, {@code found}, {@code tags} (each {@code label}, {@code value}, {@code start},
 *     {@code end}, {@code score}) and {@code tagged_at} in ISO 8601. Offsets are code points of
 *     {@code canonical_query}, as the head keeps them
 * @param status what the page draws: {@code role}, {@code application_id}, {@code state}, {@code uptime_s},
 *     {@code rate_per_s} of the queries read, {@code by_source} with one count each, {@code balance} with what came in,
 *     what went out and what is {@code missing}, {@code dead_letters}, {@code pending}, {@code head_ms} and
 *     {@code tail_ms} with {@code p50} and {@code p99}, {@code snapshot}, {@code student} which is the active one,
 *     {@code canary} with {@code student} and {@code share}, {@code planned} with {@code student}, {@code share} and
 *     {@code from} of each, {@code staged} with {@code student} and {@code loaded}, {@code rerouted},
 *     {@code store_bytes}; the page draws a dash for one that is absent or null
 */
public record Endpoints(
        Supplier<Health> health,
        Function<MetricsFormat, String> metrics,
        BiFunction<String, String, Map<String, @Nullable Object>> lookup,
        Supplier<Map<String, @Nullable Object>> status) {}
