package io.tagweir.student;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A labelled run of a query's words.
 *
 * @param from first word, counted from 0
 * @param to one past the last word
 */
record Entity(String label, int from, int to) {

    /**
     * The entities that BIO labels of words spell. An {@code I-x} that goes on with no x begins one, as the CoNLL
     * scorer has it.
     */
    static List<Entity> in(List<String> labels) {
        var entities = new ArrayList<Entity>();
        for (int word = 0; word < labels.size(); ) {
            int from = word++;
            if (labels.get(from).equals("O")) {
                continue;
            }
            String label = labels.get(from).substring(2);
            while (word < labels.size() && labels.get(word).equals("I-" + label)) {
                word++;
            }
            entities.add(new Entity(label, from, word));
        }
        return entities;
    }

    /** The entity without the function words at its ends; empty where nothing else is in it. */
    Optional<Entity> stripped(List<String> words) {
        int first = from;
        int end = to;
        while (first < end && FunctionWords.contains(words.get(first))) {
            first++;
        }
        while (end > first && FunctionWords.contains(words.get(end - 1))) {
            end--;
        }
        return first == end ? Optional.empty() : Optional.of(new Entity(label, first, end));
    }
}
