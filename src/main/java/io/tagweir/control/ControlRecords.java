package io.tagweir.control;

import io.tagweir.reason.RefusedException;
import java.util.List;
import java.util.TreeMap;

/**
 * What a topic of control records holds now.
 *
 * @param kind what each is a record of, such as {@code snapshot}
 * @param byId the newest valid control record of each id
 * @param rejected why each invalid record is ignored, in the order of the topic
 */
public record ControlRecords<T>(String kind, TreeMap<String, T> byId, List<String> rejected) {

    /** @throws RefusedException if there is no record of that id */
    public T require(String id) {
        var record = byId.get(id);
        if (record == null) {
            throw new RefusedException("there is no " + kind + " " + id + "; "
                    + (byId.isEmpty() ? "there is none yet" : "known: " + String.join(", ", byId.keySet())));
        }
        return record;
    }
}
