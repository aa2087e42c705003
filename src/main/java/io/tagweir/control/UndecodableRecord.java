package io.tagweir.control;

import org.jspecify.annotations.Nullable;

/**
 * A record of a topic that can't be decoded.
 *
 * @param key null if the record has none
 */
public record UndecodableRecord(
        String topic, int partition, long offset, @Nullable String key, String reason) {

    @Override
    public String toString() {
        return "the record at offset " + offset + " of partition " + partition + " of " + topic
                + (key == null ? "" : " (key " + key + ")") + " can't be decoded: " + reason;
    }
}
