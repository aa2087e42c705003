package io.tagweir.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle of what one kind of control record describes: its states, and which record may follow which. Pure
 * functions, used by all who write or read the records, so all accept and reject the same ones.
 *
 * @param <T> the control record
 * @param <S> its states; each can be followed by a quarantine
 */
public abstract class Lifecycle<T, S extends Enum<S>> {

    private final String kind;
    private final S unknown;
    private final S quarantined;
    private final Map<S, Set<S>> next;

    /**
     * @param kind what it is called in messages, such as {@code snapshot}
     * @param unknown stands for a state of a later release
     * @param next the states that may follow each state; {@code quarantined} need not be listed
     */
    protected Lifecycle(String kind, S unknown, S quarantined, Map<S, Set<S>> next) {
        this.kind = kind;
        this.unknown = unknown;
        this.quarantined = quarantined;
        this.next = Map.copyOf(next);
    }

    /** The id, which is also the key of the record. */
    protected abstract String id(T record);

    protected abstract S state(T record);

    /** Why a record is invalid, whatever came before it. */
    protected abstract Optional<RuleViolation> invalid(T record);

    /** Why a record can't follow an earlier one whose state allows it. */
    protected Optional<RuleViolation> invalidAfter(T known, T record) {
        return Optional.empty();
    }

    /** What its activations make it answer: for each a phrase such as "queries from TIME". */
    protected abstract List<String> answers(T record);

    /** Log lines for a record with a new state, but for quarantines and activations. */
    protected abstract List<String> stateChange(@Nullable S before, T record);

    /** The reason of a quarantine. */
    protected abstract @Nullable String reason(T record);

    public final String kind() {
        return kind;
    }

    public final boolean allows(S from, S to) {
        return to == quarantined || next.getOrDefault(from, Set.of()).contains(to);
    }

    /**
     * Why {@code record} can't follow {@code known}; empty if it can. A repetition always can.
     *
     * @param known the newest valid record; null if there is none. A compacted topic may begin with any state.
     */
    public final Optional<RuleViolation> violation(@Nullable T known, T record) {
        if (state(record) == unknown) {
            return violation(RuleViolation.UNKNOWN_STATE, record, "is in a state that this release does not know");
        }
        var invalid = invalid(record);
        if (invalid.isPresent() || known == null || known.equals(record)) {
            return invalid;
        }
        if (!allows(state(known), state(record))) {
            return violation(
                    RuleViolation.OUT_OF_ORDER, record, "is " + state(known) + " and can't become " + state(record));
        }
        return invalidAfter(known, record);
    }

    protected final Optional<RuleViolation> violation(String reason, T record, String what) {
        return Optional.of(new RuleViolation(reason, "the " + kind + " " + id(record) + " " + what));
    }

    /**
     * What a record changes, as lines for the log.
     *
     * @param known the record before it; null if there is none
     */
    public final List<String> changes(@Nullable T known, T record) {
        String name = kind + " " + id(record);
        var before = known == null ? null : state(known);
        if (state(record) == quarantined) {
            return before == quarantined
                    ? List.of()
                    : List.of(name + " is quarantined and answers no more: " + reason(record));
        }
        var lines = new ArrayList<String>();
        if (before != state(record)) {
            lines.addAll(stateChange(before, record));
        }
        var answered = known == null ? List.<String>of() : answers(known);
        var answers = answers(record);
        answers.stream()
                .filter(phrase -> !answered.contains(phrase))
                .forEach(phrase -> lines.add(name + " answers " + phrase));
        answered.stream()
                .filter(phrase -> !answers.contains(phrase))
                .forEach(phrase -> lines.add(name + " does not answer " + phrase + ": the activation is cancelled"));
        return lines;
    }
}
