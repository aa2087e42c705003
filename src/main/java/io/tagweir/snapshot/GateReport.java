package io.tagweir.snapshot;

import java.util.List;

/**
 * What the gate says of a candidate. Immutable.
 *
 * @param breaches each limit that is broken, as a sentence with the figure, the limit and the setting that names it;
 *     empty: the candidate may become active
 * @param unjudged each limit that could not be judged, as a sentence that says why and what to do
 */
public record GateReport(GateFigures figures, List<String> breaches, List<String> unjudged) {

    public GateReport {
        breaches = List.copyOf(breaches);
        unjudged = List.copyOf(unjudged);
    }
}
