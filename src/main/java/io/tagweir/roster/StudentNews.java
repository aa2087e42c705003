package io.tagweir.roster;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a control record of a student says that the one before it did not: lines for the log. Pure functions. */
final class StudentNews {

    private StudentNews() {}

    /** @param known the record before; null: there was none */
    static List<String> of(@Nullable StudentRelease known, StudentRelease next) {
        var news = new ArrayList<String>();
        String name = "student " + next.getId();
        if (known == null && next.getState() == StudentState.STAGED) {
            news.add(name + " is staged");
        }
        if (next.getState() == StudentState.QUARANTINED) {
            if (known == null || known.getState() != StudentState.QUARANTINED) {
                news.add(name + " is quarantined and answers no more: " + next.getReason());
            }
            return news;
        }
        var before = known == null ? List.<StudentActivation>of() : known.getActivations();
        for (var activation : next.getActivations()) {
            if (!before.contains(activation)) {
                news.add(name + " answers " + share(activation) + " from " + activation.getFrom() + " on");
            }
        }
        for (var activation : before) {
            if (!next.getActivations().contains(activation)) {
                news.add(name + " does not answer " + share(activation) + " from " + activation.getFrom()
                        + " on: that is called off");
            }
        }
        return news;
    }

    private static String share(StudentActivation activation) {
        return activation.getShare() < 1 ? "a share of " + activation.getShare() + " of all misses" : "all misses";
    }
}
