package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.query.QueryKey;
import io.tagweir.roster.Roster;

/**
 * A miss, with all that follows from it: worked out once, so that no two steps see another student answer.
 *
 * @param entry its name in the ledger
 * @param student {@code id@version} of the student that is to answer
 * @param key names its answer, in the cache and among the flights: student version, segment, text
 */
record Asked(String entry, Pending pending, String student, String key, Budget budget) {

    static Asked of(String entry, Pending pending, Roster roster, DeadlineSettings deadlines) {
        var miss = pending.getMiss();
        String keyText = new QueryKey(miss.getSegment(), miss.getCanonicalQuery()).text();
        String student = roster.at(miss.getEventTime(), keyText);
        return new Asked(entry, pending, student, key(student, keyText), deadlines.of(miss));
    }

    static String key(String student, String keyText) {
        return student + '\t' + keyText;
    }

    Miss miss() {
        return pending.getMiss();
    }

    Urgency urgency() {
        return Urgency.of(miss().getPriority(), budget.until());
    }
}
