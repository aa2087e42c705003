package io.tagweir.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What holds at which event time: each activation from its event time until the next one. Immutable.
 *
 * <p>Only control records go into it, so every instance has the same timeline, and a replay gives the same answers.
 */
public class Timeline<V> {

    /** What holds from an event time on. */
    public record Activation<V>(Instant from, V value) {}

    private final TreeMap<Instant, V> activations;

    protected Timeline(SortedMap<Instant, V> activations) {
        this.activations = new TreeMap<>(activations);
    }

    /** What holds at an event time; before the first activation, what that one activates; empty without any. */
    public Optional<V> at(Instant eventTime) {
        var activation = activations.floorEntry(eventTime);
        if (activation == null) {
            activation = activations.firstEntry();
        }
        return activation == null ? Optional.empty() : Optional.of(activation.getValue());
    }

    /** The latest activation at or before a time. */
    public Optional<Activation<V>> latest(Instant time) {
        return activation(activations.floorEntry(time));
    }

    /** The activations after a time, in order. */
    public List<Activation<V>> planned(Instant time) {
        return activations.tailMap(time, false).entrySet().stream()
                .flatMap(entry -> activation(entry).stream())
                .toList();
    }

    protected final TreeMap<Instant, V> activations() {
        return activations;
    }

    private static <V> Optional<Activation<V>> activation(Map.@Nullable Entry<Instant, V> entry) {
        return entry == null ? Optional.empty() : Optional.of(new Activation<>(entry.getKey(), entry.getValue()));
    }
}
