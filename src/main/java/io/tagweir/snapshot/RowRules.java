package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.tag.Taxonomy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for rows of {@code head-tags}. Used by all who write, seal or store rows, so that all reject the same ones.
 * Immutable.
 *
 * @param taxonomy labels and values allowed
 * @param partitions of {@code head-tags}
 * @param maxRowBytes largest size of a row in Avro binary
 */
public record RowRules(Taxonomy taxonomy, int partitions, int maxRowBytes) {

    /** Longest key, in UTF-16 characters. The changelog has key and row in one record, and both must fit. */
    private static final int MAX_KEY_LENGTH = 20_000;

    /** A rule that a row can break. */
    public enum Rule {
        KEY,
        SEGMENT,
        CANONICAL,
        PARTITION,
        TAGS_MISSING,
        TAGS,
        TAXONOMY,
        SIZE
    }

    /** A broken rule, with a message for the user. */
    public record Breach(Rule rule, String message) {}

    /** What is wrong with a key in a partition. */
    public Optional<Breach> ofKey(@Nullable HeadKey key, int partition) {
        if (key == null) {
            return breach(Rule.KEY, "the record has no key");
        }
        if (key.getSnapshot().isBlank() || key.getSnapshot().indexOf('\t') >= 0) {
            return breach(Rule.KEY, "the snapshot id is empty or holds a tab");
        }
        int length = key.getSnapshot().length()
                + key.getSegment().length()
                + key.getQuery().length();
        if (length > MAX_KEY_LENGTH) {
            return breach(
                    Rule.KEY,
                    "snapshot, segment and query have " + length + " characters together, the limit is "
                            + MAX_KEY_LENGTH);
        }
        if (key.getSegment().indexOf('\t') >= 0) {
            return breach(Rule.SEGMENT, "the segment holds a tab");
        }
        String query = key.getQuery();
        if (query.isEmpty() || !query.equals(Normaliser.canonical(query))) {
            return breach(
                    Rule.CANONICAL,
                    "the query is not in canonical form (" + Normaliser.VERSION + "): no query event could find it");
        }
        int home = new QueryKey(key.getSegment(), query).partition(partitions);
        return home == partition
                ? Optional.empty()
                : breach(
                        Rule.PARTITION,
                        "the row is in partition " + partition + " and belongs in " + home
                                + " (murmur2 of the canonical key text modulo " + partitions + ")");
    }

    /** What is wrong with a row of a canonical query. */
    public Optional<Breach> ofRow(String query, HeadTags row) {
        if (row.getTags().isEmpty()) {
            return breach(Rule.TAGS_MISSING, "the row has no tags");
        }
        int length = query.codePointCount(0, query.length());
        for (var tag : row.getTags()) {
            var broken = ofTag(tag, length);
            if (broken.isPresent()) {
                return broken;
            }
        }
        return Optional.empty();
    }

    /** What is wrong with the size of a row, in bytes of Avro binary. */
    public Optional<Breach> ofSize(int bytes) {
        return bytes <= maxRowBytes
                ? Optional.empty()
                : breach(Rule.SIZE, "the row has " + bytes + " bytes, the limit is " + maxRowBytes);
    }

    private Optional<Breach> ofTag(Tag tag, int length) {
        if (tag.getLabel().isBlank()) {
            return breach(Rule.TAGS, "a tag has no label");
        }
        if (!taxonomy.allows(tag.getLabel())) {
            return breach(Rule.TAXONOMY, "the taxonomy does not have the label " + tag.getLabel());
        }
        if (taxonomy.restricts(tag.getLabel())
                && !taxonomy.allows(tag.getLabel(), Normaliser.canonical(tag.getValue()))) {
            return breach(
                    Rule.TAXONOMY,
                    "the taxonomy does not have '" + tag.getValue() + "' for the label " + tag.getLabel());
        }
        if (tag.getStart() < 0 || tag.getEnd() <= tag.getStart() || tag.getEnd() > length) {
            return breach(
                    Rule.TAGS,
                    "tag " + tag.getLabel() + " runs from " + tag.getStart() + " to " + tag.getEnd()
                            + ", the canonical query has " + length + " code points");
        }
        if (!(tag.getScore() >= 0 && tag.getScore() <= 1)) {
            return breach(Rule.TAGS, "tag " + tag.getLabel() + " has the score " + tag.getScore());
        }
        return Optional.empty();
    }

    private static Optional<Breach> breach(Rule rule, String message) {
        return Optional.of(new Breach(rule, message));
    }
}
