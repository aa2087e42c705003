package io.tagweir.control;

import java.util.List;
import java.util.TreeMap;

/**
 * What a topic of control records holds now.
 *
 * @param records the newest control record of each thing, by id
 * @param leftOut why each record that breaks the rules was left out, in the order of the topic
 */
public record Held<T>(ControlKind<T> kind, TreeMap<String, T> records, List<String> leftOut) {

    /** @throws Refused where there is no such thing */
    public T require(String id) {
        var record = records.get(id);
        if (record == null) {
            throw new Refused("there is no " + kind.name() + " " + id + "; "
                    + (records.isEmpty() ? "there is none yet" : "known: " + String.join(", ", records.keySet())));
        }
        return record;
    }
}
