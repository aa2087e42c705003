package io.tagweir.topology;

/** Which part of the topology a process runs. */
public enum Role {
    /** Everything in one process: a laptop, a small site. */
    ALL,
    /** The head alone; what misses goes to the topic {@code misses}. */
    HEAD,
    /** The tail alone, fed from the topic {@code misses}; scale it on that topic's lag. */
    TAIL;

    public boolean runsHead() {
        return this != TAIL;
    }

    public boolean runsTail() {
        return this != HEAD;
    }
}
