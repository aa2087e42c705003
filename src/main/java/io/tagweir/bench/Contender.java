package io.tagweir.bench;

/**
 * A Kafka Streams application that reads queries and writes answers, and whose speed is to be known: ours or a peer.
 * Its state and its consumer group outlive a run, so that what it loaded once need not be loaded in each.
 */
public interface Contender {

    /** Name in the report. */
    String name();

    /** Its consumer group, which is its application id. */
    String group();

    /** Topic of the head it loads before it is measured; empty where it has none. */
    String head();

    /** Whether it looks queries up and says from where it answered; the ceilings don't. */
    default boolean tags() {
        return !head().isEmpty();
    }

    /** Starts it and returns once it is at work; the caller stops it. */
    Running start(String queries, String answers, Tuning tuning);

    /** A started contender. */
    @FunctionalInterface
    interface Running extends AutoCloseable {

        /** Returns once what was read of the head may be answered from. */
        default void awaitHead() {}

        /** Commits, stops and leaves the group. */
        @Override
        void close();
    }
}
