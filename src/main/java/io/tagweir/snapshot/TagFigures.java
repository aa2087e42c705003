package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import io.tagweir.query.Normaliser;
import io.tagweir.tag.Taxonomy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Scores and labels of a snapshot's tags, summed up. Used by one thread. */
final class TagFigures {

    private static final int MOST_TOLD = 20;

    private final Taxonomy taxonomy;
    private final TreeSet<String> valuesOutside = new TreeSet<>();
    private final Map<String, Long> labels = new TreeMap<>();
    private long tags;
    private long zero;
    private long broken;
    private double sum;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    /** @param taxonomy what the values are held against */
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
            tellOf(label + " '" + value + "'");
        }
    }

    private void tellOf(String outside) {
        valuesOutside.add(outside);
        if (valuesOutside.size() > MOST_TOLD) {
            valuesOutside.pollLast();
        }
    }

    void add(TagFigures other) {
        other.valuesOutside.forEach(this::tellOf);
        other.labels.forEach((label, count) -> labels.merge(label, count, Long::sum));
        tags += other.tags;
        zero += other.zero;
        broken += other.broken;
        sum += other.sum;
        least = Math.min(least, other.least);
        most = Math.max(most, other.most);
    }

    GateFigures.Scores scores() {
        long sound = tags - broken;
        return new GateFigures.Scores(
                tags,
                sound == 0 ? 0 : sum / sound,
                tags == 0 ? 0 : (double) zero / tags,
                broken,
                sound > 1 && least == most);
    }

    /** Values that the taxonomy does not allow for their label: the first of them. */
    Set<String> valuesOutside() {
        return valuesOutside;
    }

    /** How many tags carry each label. */
    Map<String, Long> labels() {
        return labels;
    }
}
