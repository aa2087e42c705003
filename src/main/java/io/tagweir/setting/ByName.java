package io.tagweir.setting;

import java.util.Map;

/**
 * One value for all names, and exceptions for some.
 *
 * @param standard what applies to a name without an exception
 */
public record ByName<T>(T standard, Map<String, T> exceptions) {

    public ByName {
        exceptions = Map.copyOf(exceptions);
    }

    static <T> ByName<T> of(T standard) {
        return new ByName<>(standard, Map.of());
    }

    /** The value for {@code name}. */
    public T of(String name) {
        return exceptions.getOrDefault(name, standard);
    }
}
