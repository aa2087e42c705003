package io.tagweir.inference;

/** Which requests a worker serves, and at which thread priority. */
enum WorkerClass {

    /**
     * All requests, the most urgent first. If the JVM honours thread priorities (the launcher asks it to), these
     * workers yield the cores to the stream threads and Kafka's.
     */
    ALL(Thread.MIN_PRIORITY),

    /**
     * INTERACTIVE requests only, at normal priority: {@link #ALL} may wait seconds for a core where they are scarce.
     */
    INTERACTIVE(Thread.NORM_PRIORITY);

    private final int threadPriority;

    WorkerClass(int threadPriority) {
        this.threadPriority = threadPriority;
    }

    int threadPriority() {
        return threadPriority;
    }
}
