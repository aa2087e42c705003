package io.tagweir.meter;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A counter with one tag whose values are the constants of an enum. It starts at 0 for each of them, because Prometheus
 * can't tell a missing series from 0. Thread-safe.
 */
public final class TaggedCounter<E extends Enum<E>> {

    private final Map<E, Counter> counters;

    TaggedCounter(Class<E> values, Function<E, Counter> register) {
        counters = new EnumMap<>(values);
        for (var value : values.getEnumConstants()) {
            counters.put(value, register.apply(value));
        }
    }

    public void increment(E value) {
        counters.get(value).increment();
    }
}
