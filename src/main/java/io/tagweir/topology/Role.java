package io.tagweir.topology;

/** Which part of the topology a process runs. */
public enum Role {
    /** Head and tail in one process. */
    ALL,
    /** The head only; misses go to the topic {@code misses}. */
    HEAD,
    /** The tail only, which reads the topic {@code misses}; scale it by the lag of that topic. */
    TAIL;

    public boolean runsHead() {
        return this != TAIL;
    }

    public boolean runsTail() {
        return this != HEAD;
    }
}
