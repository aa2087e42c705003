package io.tagweir.text;

/**
 * Why a text from outside is not taken, in words that can stand after its place: what came, and what is wanted. On one
 * line and not too long, whatever came.
 */
public final class InvalidInputException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int MOST_SHOWN = 500;

    public InvalidInputException(String message) {
        super(oneLine(message));
    }

    private static String oneLine(String message) {
        String cut = message.length() <= MOST_SHOWN ? message : message.substring(0, MOST_SHOWN) + "...";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
