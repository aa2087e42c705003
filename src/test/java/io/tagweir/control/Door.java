package io.tagweir.control;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** A control record for tests: a door that opens and shuts, written as {@code id,STATE,openFromSecond}. */
record Door(String id, State state, long from) {

    enum State {
        UNKNOWN,
        SHUT,
        OPEN,
        LOCKED
    }

    static final String NEGATIVE = "NEGATIVE";

    static final Lifecycle<Door, State> LIFECYCLE =
            new Lifecycle<>("door", State.UNKNOWN, State.LOCKED, Map.of(State.SHUT, Set.of(State.OPEN))) {

                @Override
                protected String id(Door door) {
                    return door.id;
                }

                @Override
                protected State state(Door door) {
                    return door.state;
                }

                @Override
                protected Optional<RuleViolation> invalid(Door door) {
                    return door.from < 0 ? violation(NEGATIVE, door, "opens too early") : Optional.empty();
                }

                @Override
                protected List<String> answers(Door door) {
                    return door.state == State.OPEN ? List.of("knocks from second " + door.from + " on") : List.of();
                }

                @Override
                protected List<String> stateChange(@Nullable State before, Door door) {
                    return List.of("door " + door.id + " is now " + door.state);
                }

                @Override
                protected String reason(Door door) {
                    return "burglars";
                }
            };

    static final Serde<Door> SERDE = Serdes.serdeFrom(
            (topic, door) -> (door.id + "," + door.state + "," + door.from).getBytes(StandardCharsets.UTF_8),
            (topic, bytes) -> {
                var parts = new String(bytes, StandardCharsets.UTF_8).split(",");
                if (parts.length != 3) {
                    throw new SerializationException("not a door");
                }
                return new Door(parts[0], State.valueOf(parts[1]), Long.parseLong(parts[2]));
            });

    static Door shut(String id) {
        return new Door(id, State.SHUT, 0);
    }

    static Door open(String id, long from) {
        return new Door(id, State.OPEN, from);
    }

    static Door locked(String id) {
        return new Door(id, State.LOCKED, 0);
    }

    /** Which door is open at a time. */
    static final class Doors extends Timeline<String> {

        private Doors(TreeMap<Instant, String> activations) {
            super(activations);
        }

        static Doors of(Collection<Door> doors) {
            var activations = new TreeMap<Instant, String>();
            doors.stream()
                    .filter(door -> door.state == State.OPEN)
                    .forEach(door -> activations.put(Instant.ofEpochSecond(door.from), door.id));
            return new Doors(activations);
        }
    }

    static final class Catalog extends ControlCatalog<Door, Doors> {

        Catalog() {
            super(LIFECYCLE, Doors::of);
        }
    }
}
