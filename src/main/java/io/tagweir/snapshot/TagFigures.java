package io.tagweir.snapshot;

import io.tagweir.avro.HeadTags;
import java.util.Map;
import java.util.TreeMap;

/** Scores and labels of a snapshot's tags, summed up. Used by one thread. */
final class TagFigures {

    private final Map<String, Long> labels = new TreeMap<>();
    private long tags;
    private long zero;
    private long broken;
    private double sum;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    void add(HeadTags row) {
        for (var tag : row.getTags()) {
            tags++;
            labels.merge(tag.getLabel(), 1L, Long::sum);
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

    void add(TagFigures other) {
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

    /** How many tags carry each label. */
    Map<String, Long> labels() {
        return labels;
    }
}
