package io.tagweir.app.bench;

/**
 * A Kafka Streams application that reads queries and writes answers: Tagweir or a peer. Its state and consumer group
 * outlive a run, so it loads its head once.
 */
interface SystemUnderTest {

    /** Its name in the report. */
    String name();

    /** Its consumer group, which is its application id. */
    String group();

    /** Starts the system and returns once it is running. The caller closes it. */
    Running start(String queries, String answers, Tuning tuning);

    /** A started system. */
    @FunctionalInterface
    interface Running extends AutoCloseable {

        /** Returns once the head is loaded. */
        default void awaitHead() {}

        /** Commits, stops and leaves the group. */
        @Override
        void close();
    }
}
