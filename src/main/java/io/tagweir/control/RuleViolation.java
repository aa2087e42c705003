package io.tagweir.control;

/**
 * Why a control record is invalid.
 *
 * @param reason the tag by which the meter counts it
 */
public record RuleViolation(String reason, String message) {

    public static final String UNKNOWN_STATE = "UNKNOWN_STATE";
    public static final String OUT_OF_ORDER = "OUT_OF_ORDER";
    public static final String WRONG_KEY = "WRONG_KEY";
}
