package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Pending;
import io.tagweir.inference.Urgency;
import io.tagweir.query.QueryKey;
import io.tagweir.roster.Roster;

/**
 * A miss with the student that answers it, resolved once, so that all steps agree on the student.
 *
 * @param entry key of its ledger entry
 * @param student {@code id@version} of the student
 * @param rosterVersion version of the roster, read before the student was chosen
 * @param key of its answer, in the cache and in {@link SingleFlight}: student version, rules, segment, text
 */
record ResolvedMiss(String entry, Pending pending, String student, long rosterVersion, String key, Deadline deadline) {

    /** @param rules identifies how answers are decoded, see {@link Tail#rules} */
    static ResolvedMiss of(String entry, Pending pending, Roster roster, String rules, DeadlineSettings deadlines) {
        var miss = pending.getMiss();
        String keyText = new QueryKey(miss.getSegment(), miss.getCanonicalQuery()).text();
        long rosterVersion = roster.version();
        String student = roster.at(miss.getEventTime(), keyText);
        String key = student + '#' + rules + '\t' + keyText;
        return new ResolvedMiss(entry, pending, student, rosterVersion, key, deadlines.of(miss));
    }

    Miss miss() {
        return pending.getMiss();
    }

    Urgency urgency() {
        return Urgency.of(miss().getPriority(), deadline.until());
    }
}
