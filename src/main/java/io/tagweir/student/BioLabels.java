package io.tagweir.student;

import io.tagweir.tag.Bio;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The label set of a model in BIO: {@code O} outside, {@code B-x} where a span of x begins, {@code I-x} where it goes
 * on.
 *
 * <p>A label's number is its column in the logits. Immutable.
 */
final class BioLabels {

    private static final int NONE = -1;

    private final List<String> names;
    private final int outside;
    /** For {@code I-x} the number of {@code B-x}; {@link #NONE} for the others. */
    private final int[] begin;

    private BioLabels(List<String> names, int outside, int[] begin) {
        this.names = names;
        this.outside = outside;
        this.begin = begin;
    }

    /** Labels by their number; each way in which {@code names} is not BIO is added to {@code problems}. */
    static BioLabels of(List<String> names, List<String> problems) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int label = 0; label < names.size(); label++) {
            if (numbers.put(names.get(label), label) != null) {
                problems.add("the label '" + names.get(label) + "' occurs twice");
            }
        }
        var begin = new int[names.size()];
        for (int label = 0; label < begin.length; label++) {
            String name = names.get(label);
            begin[label] = NONE;
            if (!Bio.isLabel(name)) {
                problems.add("the label '" + name + "' is not BIO: neither O, nor B- or I- and a name");
            } else if (Bio.isInside(name)) {
                String first = Bio.begin(Bio.entity(name));
                begin[label] = numbers.getOrDefault(first, NONE);
                if (begin[label] == NONE) {
                    problems.add("there is a label '" + name + "' without '" + first + "'");
                }
            }
        }
        if (!numbers.containsKey(Bio.OUTSIDE)) {
            problems.add("the labels are not BIO: there is no 'O'");
        }
        return new BioLabels(List.copyOf(names), numbers.getOrDefault(Bio.OUTSIDE, NONE), begin);
    }

    int size() {
        return names.size();
    }

    int outside() {
        return outside;
    }

    boolean begins(int label) {
        return label != outside && begin[label] == NONE;
    }

    /** For a label that goes on with a span, the label that begins such a span; negative for any other. */
    int beginOf(int label) {
        return begin[label];
    }

    /** What the label names, without {@code B-} or {@code I-}. */
    String entity(int label) {
        return Bio.entity(names.get(label));
    }

    /** The names of all that the model can find, in alphabetical order. */
    Set<String> entities() {
        var entities = new TreeSet<String>();
        for (int label = 0; label < names.size(); label++) {
            if (begins(label)) {
                entities.add(entity(label));
            }
        }
        return entities;
    }
}
