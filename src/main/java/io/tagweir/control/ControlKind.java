package io.tagweir.control;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One kind of control record, such as that of a snapshot.
 *
 * @param name what it is a record of, as messages call it
 * @param id the id of that thing, and key of the record
 * @param refusal why the second record can't follow the first, which is null where none is known; a pure function that
 *     writers and readers alike ask
 */
public record ControlKind<T>(String name, Function<T, String> id, BiFunction<T, T, Optional<String>> refusal) {}
