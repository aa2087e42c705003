package io.tagweir.snapshot.gate;

import java.util.List;

/**
 * The result of the gate for a candidate. Immutable.
 *
 * @param breaches the limits that are broken, each as a sentence with the figure, the limit and its setting; without
 *     any the candidate may be activated
 * @param unjudged the limits that could not be checked, each as a sentence with the reason and what to do
 */
public record GateReport(GateFigures figures, List<String> breaches, List<String> unjudged) {

    public GateReport {
        breaches = List.copyOf(breaches);
        unjudged = List.copyOf(unjudged);
    }
}
