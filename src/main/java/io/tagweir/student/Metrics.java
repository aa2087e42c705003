package io.tagweir.student;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entity scores over all labels taken together (micro average), and by label in alphabetical order.
 *
 * @param byLabel every label that was found or was there to find
 */
public record Metrics(Scores overall, SortedMap<String, Scores> byLabel) {

    /** Counts entities query by query. For one thread. */
    static final class Tally {

        private static final class Count {
            int right;
            int found;
            int support;

            Scores scores() {
                return Scores.of(right, found, support);
            }
        }

        private final SortedMap<String, Count> counts = new TreeMap<>();

        void add(List<Entity> gold, List<Entity> found) {
            gold.forEach(entity -> count(entity).support++);
            found.forEach(entity -> count(entity).found++);
            var right = new ArrayList<>(gold);
            right.retainAll(found);
            right.forEach(entity -> count(entity).right++);
        }

        private Count count(Entity entity) {
            return counts.computeIfAbsent(entity.label(), label -> new Count());
        }

        Metrics metrics() {
            var all = new Count();
            var byLabel = new TreeMap<String, Scores>();
            counts.forEach((label, count) -> {
                all.right += count.right;
                all.found += count.found;
                all.support += count.support;
                byLabel.put(label, count.scores());
            });
            return new Metrics(all.scores(), byLabel);
        }
    }
}
