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
 * @param rosterVersion of the roster, read before it was asked for the student
 * @param key names its answer, in the cache and among the flights: student version, rules, segment, text
 */
record Asked(String entry, Pending pending, String student, long rosterVersion, String key, Budget budget) {

    /** @param rules names how answers are decoded, see {@link Tail#rules} */
    static Asked of(String entry, Pending pending, Roster roster, String rules, DeadlineSettings deadlines) {
        var miss = pending.getMiss();
        String keyText = new QueryKey(miss.getSegment(), miss.getCanonicalQuery()).text();
        long rosterVersion = roster.version();
        String student = roster.at(miss.getEventTime(), keyText);
        return new Asked(
                entry, pending, student, rosterVersion, key(student + '#' + rules, keyText), deadlines.of(miss));
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
