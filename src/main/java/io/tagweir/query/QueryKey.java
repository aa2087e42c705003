package io.tagweir.query;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * What decides whether two queries are the same: the segment and the canonical query.
 *
 * <p>Its {@link #text() text} is the key of the topic {@code misses} and what the topics are partitioned by. It is the
 * canonical query itself where the segment is empty, so a producer that simply keys its records by the canonical query
 * puts them in the right partition; else the segment, a tab and the canonical query. Neither part can hold a tab.
 */
public record QueryKey(String segment, String canonical) {

    public QueryKey {
        if (segment.indexOf('\t') >= 0 || canonical.indexOf('\t') >= 0) {
            throw new IllegalArgumentException("neither a segment nor a canonical query may hold a tab");
        }
    }

    /** The key with this {@link #text()}. */
    public static QueryKey ofText(String text) {
        int tab = text.indexOf('\t');
        return tab < 0 ? new QueryKey("", text) : new QueryKey(text.substring(0, tab), text.substring(tab + 1));
    }

    /** The key text: segment, tab, canonical query; without segment and tab where the segment is empty. */
    public String text() {
        return segment.isEmpty() ? canonical : segment + '\t' + canonical;
    }

    /**
     * The partition the key belongs to, of {@code partitions}: murmur2 of the text's UTF-8, as Kafka's producer does.
     */
    public int partition(int partitions) {
        return partition(text(), partitions);
    }

    /** The partition of a key text, of {@code partitions}. */
    public static int partition(String text, int partitions) {
        return Utils.toPositive(Utils.murmur2(text.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
