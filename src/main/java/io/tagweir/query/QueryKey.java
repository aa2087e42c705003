package io.tagweir.query;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * The identity of a query: its segment and its canonical text.
 *
 * <p>The topics are partitioned by its {@link #text() key text}, which is also the key of the topic {@code misses}. If
 * the segment is empty the key text is the canonical query, so a producer that uses the canonical query as key writes
 * to the right partition. Otherwise it is the segment, a tab and the canonical query. Neither part can have a tab.
 */
public record QueryKey(String segment, String canonical) {

    public QueryKey {
        if (segment.indexOf('\t') >= 0 || canonical.indexOf('\t') >= 0) {
            throw new IllegalArgumentException("a segment and a canonical query must not have a tab");
        }
    }

    /** The key with this key text. */
    public static QueryKey ofText(String text) {
        int tab = text.indexOf('\t');
        return tab < 0 ? new QueryKey("", text) : new QueryKey(text.substring(0, tab), text.substring(tab + 1));
    }

    /** The key text: segment, tab, canonical query; without segment and tab if the segment is empty. */
    public String text() {
        return segment.isEmpty() ? canonical : segment + '\t' + canonical;
    }

    /** The partition of the key, of {@code partitions}: by murmur2 of the key text in UTF-8, as in Kafka's producer. */
    public int partition(int partitions) {
        return partition(text(), partitions);
    }

    /** The partition of a key text, of {@code partitions}. */
    public static int partition(String text, int partitions) {
        return Utils.toPositive(Utils.murmur2(text.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
