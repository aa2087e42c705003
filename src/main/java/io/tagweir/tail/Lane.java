package io.tagweir.tail;

/** Which tickets a thread of the student takes, and how it stands with the rest of the process for a core. */
enum Lane {

    /**
     * Whatever is most urgent. Where the JVM was told to honour priorities (the launcher does), such a thread leaves
     * the cores to the stream threads and to Kafka's.
     */
    ALL(Thread.MIN_PRIORITY),

    /** INTERACTIVE ones alone, at everyone's priority: where cores are short, {@link #ALL} waits for seconds. */
    INTERACTIVE(Thread.NORM_PRIORITY);

    private final int priority;

    Lane(int priority) {
        this.priority = priority;
    }

    /** As Java counts priorities. */
    int priority() {
        return priority;
    }

    boolean takes(Urgency urgency) {
        return this == ALL || urgency.isInteractive();
    }
}
