package io.tagweir.meter;

import io.micrometer.core.instrument.Counter;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A counter with one tag whose values are the constants of an enum. It starts at 0 for each of them, because Prometheus
 * can't tell a missing series from 0. Thread-safe.
 */
public final class TaggedCounter<E extends Enum<E>> {

    private final Counter[] counters;

    TaggedCounter(Class<E> values, Function<E, Counter> register) {
        counters = Stream.of(values.getEnumConstants()).map(register).toArray(Counter[]::new);
    }

    public void increment(E value) {
        counters[value.ordinal()].increment();
    }
}
