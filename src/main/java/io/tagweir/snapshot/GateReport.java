package io.tagweir.snapshot;

import java.util.List;

/**
 * What the gate says of a candidate. Immutable.
 *
 * @param breaches each limit that is broken, as a sentence with the figure, the limit and the setting that names it;
 *     empty: the candidate may become active
 */
public record GateReport(GateFigures figures, List<String> breaches) {

    public GateReport {
        breaches = List.copyOf(breaches);
    }
}
