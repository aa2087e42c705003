package io.tagweir.snapshot.gate;

import io.tagweir.avro.HeadTags;
import io.tagweir.query.Normaliser;
import io.tagweir.tag.Taxonomy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sums of the scores and labels of a snapshot's tags. Used by one thread. */
final class TagFigures {

    private static final int MOST_REPORTED = 20;

    private final Taxonomy taxonomy;
    private final TreeSet<String> valuesOutside = new TreeSet<>();
    private final Map<String, Long> labels = new TreeMap<>();
    private long tags;
    private long zero;
    private long broken;
    private double sum;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    /** @param taxonomy what the values are checked against */
    TagFigures(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
    }

    void add(HeadTags row) {
        for (var tag : row.getTags()) {
            tags++;
            labels.merge(tag.getLabel(), 1L, Long::sum);
            if (taxonomy.restricts(tag.getLabel())) {
                value(tag.getLabel(), Normaliser.canonical(tag.getValue()));
            }
            double score = tag.getScore();
            if (score >= 0 && score <= 1) {
                zero += score == 0 ? 1 : 0;
                sum += score;
                least = Math.min(least, score);
                most = Math.max(most, score);
            } else {
                broken++;
            }
        }
    }

    private void value(String label, String value) {
        if (!taxonomy.allows(label, value)) {
            addOutside(label + " '" + value + "'");
        }
    }

    private void addOutside(String outside) {
        valuesOutside.add(outside);
        if (valuesOutside.size() > MOST_REPORTED) {
            valuesOutside.pollLast();
        }
    }

    void add(TagFigures other) {
        other.valuesOutside.forEach(this::addOutside);
        other.labels.forEach((label, count) -> labels.merge(label, count, Long::sum));
        tags += other.tags;
        zero += other.zero;
        broken += other.broken;
        sum += other.sum;
        least = Math.min(least, other.least);
        most = Math.max(most, other.most);
    }

    GateFigures.ScoreFigures scores() {
        long sound = tags - broken;
        return new GateFigures.ScoreFigures(
                tags,
                sound == 0 ? 0 : sum / sound,
                tags == 0 ? 0 : (double) zero / tags,
                broken,
                sound > 1 && least == most);
    }

    /** The first values that the taxonomy does not allow for their label. */
    Set<String> valuesOutside() {
        return valuesOutside;
    }

    /** Number of tags by label. */
    Map<String, Long> labels() {
        return labels;
    }
}
